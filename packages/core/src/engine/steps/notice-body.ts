import type { IncidentReason } from '../../model/incident.ts'
import type { Phase } from '../../model/phase.ts'
import type { Redacted } from '../../model/redacted.ts'
import { describeResource, type Resource } from '../../model/resource.ts'
import { redactWithin } from '../../redact/redact-within.ts'
import { count, phaseWords, reasonWords } from '../timeline/words.ts'
import { adviceFor } from './advice.ts'

/** What a notice tells of its incident. */
export interface NoticeFacts {
  /** Where the incident stands from now on. */
  readonly to: Phase
  readonly reason?: IncidentReason
  /** What was, or would be, done: type and target of each action. */
  readonly actions?: readonly { readonly type: string; readonly target?: Resource | undefined }[]
  /** In the words of whatever failed or refused. */
  readonly because?: string | undefined
  /** Who was called and who has it, in a sentence. */
  readonly people?: string
  /** What people should do. @default what the reason or the phase asks for */
  readonly todo?: string
}

/** Longest reason in a notice, in characters: it may be read on a watch. The whole one is in the timeline. */
const maxBecause = 1_000
/** Longest body: every line but the reason is short, unless names are not. */
const maxBody = 8_000

/** The body of a notice: what happened, to which object, why, and what to do, a line each. */
export function bodyOf(
  incident: { readonly id: string; readonly firing: number | undefined },
  { to, reason, actions = [], because, people, todo }: NoticeFacts,
): Redacted {
  const why = reason === undefined ? '' : `: ${reasonWords[reason]}`
  const firing = incident.firing === undefined ? '' : `; ${count(incident.firing, 'alert')} firing`
  const lines = [
    `incident ${incident.id} is ${phaseWords[to]}${why}${firing}`,
    ...(people === undefined ? [] : [people]),
    ...actions.map(
      ({ type, target }) => `Action: ${type}${target === undefined ? '' : ` on ${describeResource(target)}`}`,
    ),
    ...(because === undefined ? [] : [`Why: ${redactWithin(because, maxBecause).text}`]),
    `What to do: ${todo ?? adviceFor(to, reason)}`,
  ]
  return redactWithin(lines.join('\n'), maxBody).text
}
