import type { ExecutionState } from '../../model/execution.ts'
import { bullets, code, joined, type Markdown, md } from './markdown.ts'
import type { Timeline, TimelineExecution } from './shape.ts'
import { utc } from './times.ts'
import { phaseWords, reasonWords, resourceWords, textWords } from './words.ts'

const stateWords: Readonly<Record<ExecutionState, string>> = {
  intent: 'under way: it may have been sent',
  unknown: 'unknown: the reply was lost, and the world is being read',
  observed: 'done, and not verified yet',
  verifying: 'done, and being verified',
  succeeded: 'done, and it helped',
  failed: 'failed',
  'no-effect': 'not done: nothing was changed',
  gone: 'its reply was lost and its target is gone: whether through it cannot be told',
  undone: 'done, and undone again',
  escalated: 'left to a person',
}

/** What was done, how it was verified, and how it ended. */
export function renderExecutions({ incident, executions }: Timeline): Markdown {
  const reason = incident.reason === undefined ? md`` : md`: ${reasonWords[incident.reason]}`
  const done = executions.length === 0 ? [md`Nothing was done.`] : executions.map(renderExecution)
  const verified = executions.flatMap((execution) => renderVerification(execution))
  return joined(
    [
      md`## What was done`,
      ...done,
      md`## Verification`,
      ...(verified.length === 0 ? [md`There is no verdict.`] : verified),
      md`## Outcome`,
      md`The incident is ${phaseWords[incident.phase]}${reason}.`,
    ],
    '\n\n',
  )
}

function renderExecution(execution: TimelineExecution): Markdown {
  const { type, target, intendedAt, observedAt, gone, sends, undoes, failure } = execution
  return joined(
    [
      md`**${code(type)}** on ${resourceWords(target)} (execution ${code(execution.id)})`,
      bullets([
        ...(undoes === undefined ? [] : [md`Undoes execution ${code(undoes)}`]),
        md`Begun at ${utc(intendedAt)}${sends > 1 ? `, sent ${sends} times, each under a guard of its own` : ''}`,
        ...(observedAt === undefined
          ? []
          : [md`${gone ? 'Target seen to be gone' : 'Seen to be in effect'} at ${utc(observedAt)}`]),
        md`Outcome: **${stateWords[gone ? 'gone' : execution.state]}**`,
        ...(failure === undefined ? [] : [md`Failure: ${textWords(failure)}`]),
      ]),
    ],
    '\n\n',
  )
}

function renderVerification({ type, target, verification }: TimelineExecution): readonly Markdown[] {
  if (verification === undefined) return []
  const checks = verification.checks.map(({ check, verdict }) => md`${code(check)}: ${verdict}`)
  return [
    joined(
      [
        md`${code(type)} on ${resourceWords(target)}: **${verification.verdict}** at ${utc(verification.at)}`,
        ...(checks.length === 0 ? [] : [bullets(checks)]),
      ],
      '\n\n',
    ),
  ]
}
