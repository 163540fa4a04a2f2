import type { PlanDecision, PlannedAction } from '../../model/plan.ts'
import { bullets, code, joined, type Markdown, md } from './markdown.ts'
import { approverWords, count, decisionWords, resourceWords } from './words.ts'

const dryRunWords = {
  done: 'the other system checked it in a dry run',
  'not-permitted': 'there are no credentials for a dry run, so the difference was computed here',
  none: 'the action has no dry run',
} as const

const voiceWords = { allow: 'allows it', ask: 'asks a person', deny: 'denies it', abstain: 'has no say' } as const

/** Why an action is as risky as it is, one line each. */
export function actionReasons(
  action: Pick<PlannedAction, 'risk' | 'dryRun' | 'blastRadius' | 'doubts' | 'managedBy' | 'refused'>,
): readonly Markdown[] {
  const { resources, replicas } = action.blastRadius
  const touched = joined(resources.slice(0, 10).map(resourceWords), ', ')
  const more = resources.length > 10 ? ` and ${resources.length - 10} more` : ''
  return [
    md`Risk: **${action.risk}**`,
    md`Blast radius: ${count(resources.length, 'object')}, at most ${count(replicas, 'replica')} down at once${resources.length === 0 ? '' : ': '}${touched}${more}`,
    md`Preview: ${dryRunWords[action.dryRun]}`,
    ...(action.managedBy.length === 0 ? [] : [md`Managed by: ${joined(action.managedBy.map(code), ', ')}`]),
    ...(action.doubts.length === 0 ? [] : [md`Doubts: ${joined(action.doubts.map(code), ', ')}`]),
    ...(action.refused === undefined ? [] : [md`Refused by the action itself: ${action.refused}`]),
  ]
}

/** What was decided, and what every policy said, those that have a say first. */
export function decisionReasons(decision: PlanDecision): readonly Markdown[] {
  const spoke = decision.voices.toSorted((a, b) => Number(a.kind === 'abstain') - Number(b.kind === 'abstain'))
  const approvers = decision.approvers.length === 0 ? md`` : md`, of ${approverWords(decision.approvers)}`
  const voices = spoke.map((voice) => md`${code(voice.policy)} ${voiceWords[voice.kind]}: ${voice.because}`)
  const alone = voices.length === 0 ? [md`no policy was asked`] : []
  const said = bullets([...voices, ...alone], '  ')
  return [md`Decision: **${decisionWords[decision.kind]}**${approvers}\n${said}`]
}
