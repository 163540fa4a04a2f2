import { MendkitError } from '../../errors.ts'
import type { PlanDecision } from '../../model/plan.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { levelInForce } from '../earn/level-in-force.ts'
import { blockerWords } from '../journal/blocker.ts'
import type { Parts } from '../parts.ts'
import { bullets, code, joined, type Markdown, md } from './markdown.ts'
import { actionReasons, decisionLine, voiceLines } from './reasons.ts'
import { utc } from './times.ts'
import { resourceWords } from './words.ts'

const autonomyWords = {
  off: 'nothing is planned here',
  suggest: 'plans are shown and never carried out',
  approve: 'whatever the policies allow is asked of a person first',
  auto: 'whatever the policies allow is done',
} as const

/**
 * Why a plan was allowed, asked about, denied or only suggested: each action with its risk, blast radius and doubts, then
 * what every policy said and in which version of them all, then the autonomy that holds for it now, and what holds it up if
 * something does. Lines of Markdown that also read well as they are.
 * Throws `not-found` when the tenant has no such plan.
 */
export async function explain(
  parts: Pick<Parts, 'store' | 'autonomy' | 'settings' | 'policyVersion'>,
  tenant: string,
  planId: string,
  ctx: CallContext,
): Promise<string> {
  const plan = await parts.store.get('plan', tenant, planId, ctx)
  if (plan === undefined) throw new MendkitError('not-found', message`there is no plan ${planId} in tenant ${tenant}`)
  const incident = await parts.store.get('incident', tenant, plan.incidentId, ctx)
  const blockedBy = incident?.planId === plan.id ? incident.blockedBy : undefined
  const { level, because } = await levelInForce(parts, plan, ctx)
  const actions = plan.actions.map(
    (action, index) =>
      md`Action ${index + 1}: ${code(action.type)} on ${resourceWords(action.target)}\n${bullets(actionReasons(action))}`,
  )
  const lines = [
    md`Plan ${code(plan.id)} of incident ${code(plan.incidentId)}, made at ${utc(plan.at)}`,
    ...actions,
    md`${decisionLine(plan.decision)}\n${bullets(voiceLines(plan.decision))}`,
    versionLine(parts, plan.decision),
    md`Autonomy for this plan now: **${level}** (${autonomyWords[level]})${because === undefined ? '' : `: ${because}`}`,
    ...(blockedBy === undefined ? [] : [md`Waits: ${blockerWords(blockedBy)}`]),
  ]
  return joined(lines, '\n\n').markdown
}

function versionLine(parts: Pick<Parts, 'policyVersion'>, { policyVersion }: PlanDecision): Markdown {
  const now = parts.policyVersion === policyVersion ? 'which still holds' : 'and another one holds now'
  return md`Policies in version ${code(policyVersion)}, ${now}`
}
