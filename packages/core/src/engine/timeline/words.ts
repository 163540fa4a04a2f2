import type { ApproverGroup } from '../../model/approver-group.ts'
import type { JoinedBlob } from '../../model/event.ts'
import type { Fact } from '../../model/evidence.ts'
import type { IncidentReason } from '../../model/incident.ts'
import type { Phase } from '../../model/phase.ts'
import type { PlanDecision } from '../../model/plan.ts'
import type { Principal } from '../../model/principal.ts'
import { describeResource, type Resource } from '../../model/resource.ts'
import type { SuggestionVerdict } from '../../model/suggestion.ts'
import { code, joined, type Markdown, md } from './markdown.ts'

/** What it means to stand in a phase. */
export const phaseWords: Readonly<Record<Phase, string>> = {
  open: 'open, waiting for the storm to settle',
  diagnosing: 'being diagnosed',
  deciding: 'being decided on',
  'awaiting-approval': 'waiting for an approval',
  remediating: 'being fixed',
  verifying: 'being verified',
  resolved: 'resolved',
  escalated: 'escalated to a person',
  'handed-over': 'handed over to a person',
  suggested: 'open, with a suggestion that nobody was asked to carry out',
  closed: 'closed',
}

/** Why an incident stands where it stands. */
export const reasonWords: Readonly<Record<IncidentReason, string>> = {
  'self-resolved': 'its alerts cleared before anything was done',
  remediated: 'the fix was verified',
  'resolved-after-effect': 'it went away after something was, or may have been, done',
  'no-diagnosis': 'no analyzer could explain it',
  'evidence-out-of-reach': 'it could not be explained, and evidence was out of reach at every try',
  'no-action': 'it was explained, but no action was known for it',
  'rule-hands-over': 'its cause is one that a person must look at',
  denied: 'the policies deny what was planned',
  rejected: 'a person rejected the plan',
  'void-too-often': 'what was planned changed under it too often',
  'diagnosed-too-often': 'it was diagnosed as often as the settings allow',
  cooldown: 'the object was changed a short while ago and is cooling down',
  'approval-expired': 'nobody answered the approval in time',
  'not-recovered': 'the fix did not help',
  undone: 'the fix did not help and was undone',
  'undo-impossible': 'the fix did not help and could not be undone',
  'execution-failed': 'the action failed',
  'not-anchored': 'the intent of the action could not be anchored outside the database in time',
  'outcome-unknown': 'it could not be learned whether the action had happened',
  'preview-failed': 'the action could not be previewed',
  'preview-out-of-reach': 'what the action needs to see stayed out of reach',
  blocked: 'what it needed stayed taken by something else that is under way',
  'analysis-failed': 'the analysis failed',
  'spent-incident-tokens': 'its budget of model tokens is spent, and what could be said without is not enough',
  'spent-incident-calls': 'its budget of model calls is spent, and what could be said without is not enough',
  'spent-incident-time': 'its budget of time in model calls is spent, and what could be said without is not enough',
  'spent-incident-money': 'its budget of money for models is spent, and what could be said without is not enough',
  'spent-day-tokens': 'the budget of model tokens of the day is spent, and what could be said without is not enough',
  'spent-day-calls': 'the budget of model calls of the day is spent, and what could be said without is not enough',
  'spent-day-time':
    'the budget of time in model calls of the day is spent, and what could be said without is not enough',
  'spent-day-money': 'the budget of money for models of the day is spent, and what could be said without is not enough',
  'step-failed': 'Mendkit could not go on with it',
  'resolved-by-person': 'a person said that it is over',
  'closed-by-person': 'a person closed it',
  'hold-over': 'it stayed well through the hold',
  merged: 'it was merged into another incident',
}

/** What was found when an incident had cleared that had a suggestion. */
export const verdictWords: Readonly<Record<SuggestionVerdict, string>> = {
  same: 'the object was as it would have made it',
  different: 'the object had been changed in another way',
  'self-cleared': 'the object was as before',
  unknown: 'nobody could tell what had been done',
}

/** How the answer of the policies reads. */
export const decisionWords: Readonly<Record<PlanDecision['kind'], string>> = {
  allow: 'allowed',
  ask: 'left to a person',
  deny: 'denied',
  suggest: 'only suggested',
}

/** How many policies of the host have no say in a plan and were not asked. */
export function unaskedWords(unasked: number): string {
  return unasked === 1
    ? 'Not asked: 1 other policy, which does not apply to it'
    : `Not asked: ${unasked} other policies, which do not apply to it`
}

/** An object as code. */
export function resourceWords(resource: Resource): Markdown {
  return code(describeResource(resource))
}

/** A text, or why it cannot be shown. */
export function textWords(text: JoinedBlob): Markdown {
  if ('erased' in text) return md`*(this text was erased)*`
  if ('altered' in text) return md`*(this text was altered in the store; see audit.verify)*`
  return md`${text.text}`
}

/** `container.waiting-reason` = `CrashLoopBackOff` on `Pod shop/checkout-1`. */
export function factWords(fact: Fact): Markdown {
  const about = fact.resource === undefined ? md`` : md` on ${resourceWords(fact.resource)}`
  return md`${code(fact.name)} = ${code(String(fact.value))}${about} (${fact.kind})`
}

/** Who, and how the host knows it. */
export function principalWords(principal: Principal): Markdown {
  return md`${code(principal.id)} (via ${code(principal.via)})`
}

/** Who must answer: so many of each group. */
export function approverWords(approvers: readonly ApproverGroup[]): Markdown {
  return joined(
    approvers.map(({ names, count: many }) => {
      const whom = joined(names.map(code), ' or ')
      return many === 1 ? whom : md`${many} of ${whom}`
    }),
    ', and ',
  )
}

/** The same as plain text, for notices. */
export function groupWords(groups: readonly ApproverGroup[]): string {
  return groups.map(({ names, count: many }) => `${many} of ${names.join(' or ')}`).join(', and ')
}

/** `3 alerts`, `1 alert`. */
export function count(many: number, one: string): string {
  return `${many} ${one}${many === 1 ? '' : 's'}`
}
