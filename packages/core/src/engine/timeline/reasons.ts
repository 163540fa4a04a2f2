import type { PlanDecision, PlannedAction } from '../../model/plan.ts'
import { code, joined, type Markdown, md } from './markdown.ts'
import { approverWords, count, decisionWords, resourceWords, unaskedWords } from './words.ts'

/** Whether somebody else checked the change. */
export const dryRunWords = {
  done: 'the other system checked it in a dry run',
  'not-permitted': 'there are no credentials for a dry run, so the difference was computed here',
  none: 'the action has no dry run',
} as const

const voiceWords = { allow: 'allows it', ask: 'asks a person', deny: 'denies it', abstain: 'has no say' } as const

/** Why an action is as risky as it is, one line each. */
export function actionReasons(
  action: Pick<PlannedAction, 'risk' | 'dryRun' | 'blastRadius' | 'doubts' | 'managedBy' | 'refused'>,
): readonly Markdown[] {
  const { resources, replicas, percentOfReady, budgetHeadroom } = action.blastRadius
  const share = percentOfReady === undefined ? md`` : md` (${percentOfReady} % of the ready ones)`
  const headroom = budgetHeadroom === undefined ? [] : [headroomWords(budgetHeadroom)]
  const touched = joined(resources.slice(0, 10).map(resourceWords), ', ')
  const more = resources.length > 10 ? ` and ${resources.length - 10} more` : ''
  return [
    md`Risk: **${action.risk}**`,
    md`Blast radius: ${count(resources.length, 'object')}, at most ${count(replicas, 'replica')} down at once${share}${resources.length === 0 ? '' : ': '}${touched}${more}`,
    ...headroom,
    md`Preview: ${dryRunWords[action.dryRun]}`,
    ...(action.managedBy.length === 0 ? [] : [md`Managed by: ${joined(action.managedBy.map(code), ', ')}`]),
    ...(action.doubts.length === 0 ? [] : [md`Doubts: ${joined(action.doubts.map(code), ', ')}`]),
    ...(action.refused === undefined ? [] : [md`Refused by the action itself: ${action.refused}`]),
  ]
}

function headroomWords(headroom: number): Markdown {
  return headroom < 0
    ? md`It goes past a disruption budget by ${count(-headroom, 'replica')}`
    : md`Disruption budgets leave room for ${count(headroom, 'more replica')}`
}

/** What was decided, and who may answer. */
export function decisionLine(decision: PlanDecision): Markdown {
  const approvers = decision.approvers.length === 0 ? md`` : md`: ${approverWords(decision.approvers)}`
  return md`Decision: **${decisionWords[decision.kind]}**${approvers}`
}

/**
 * What every policy said, one line each; those that have no say and no reason share a line, and so do those that do not
 * apply.
 */
export function voiceLines({ voices, unasked }: PlanDecision): readonly Markdown[] {
  if (voices.length + unasked === 0) return [md`No policy was asked.`]
  const silent = voices.filter(isSilent).map((voice) => code(voice.policy))
  const spoke = voices.filter((voice) => !isSilent(voice))
  return [
    ...spoke.map((voice) => md`${code(voice.policy)} ${voiceWords[voice.kind]}: ${voice.because}`),
    ...(silent.length === 0 ? [] : [md`No say: ${joined(silent, ', ')}`]),
    ...(unasked === 0 ? [] : [md`${unaskedWords(unasked)}`]),
  ]
}

function isSilent({ kind, because }: PlanDecision['voices'][number]): boolean {
  return kind === 'abstain' && because === ''
}
