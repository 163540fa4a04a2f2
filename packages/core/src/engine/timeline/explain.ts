import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { levelForPlan } from '../autonomy.ts'
import { blockerWords } from '../journal/blocker.ts'
import type { Parts } from '../parts.ts'
import { bullets, code, joined, md } from './markdown.ts'
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
 * what every policy said, then the autonomy that holds for it now, and what holds it up if something does. Lines of Markdown that also read well as they are.
 * Throws `not-found` when the tenant has no such plan.
 */
export async function explain(
  parts: Pick<Parts, 'store' | 'autonomy'>,
  tenant: string,
  planId: string,
  ctx: CallContext,
): Promise<string> {
  const plan = await parts.store.get('plan', tenant, planId, ctx)
  if (plan === undefined) throw new MendkitError('not-found', message`there is no plan ${planId} in tenant ${tenant}`)
  const incident = await parts.store.get('incident', tenant, plan.incidentId, ctx)
  const blockedBy = incident?.planId === plan.id ? incident.blockedBy : undefined
  const level = levelForPlan(parts.autonomy, plan)
  const actions = plan.actions.map(
    (action, index) =>
      md`Action ${index + 1}: ${code(action.type)} on ${resourceWords(action.target)}\n${bullets(actionReasons(action))}`,
  )
  const lines = [
    md`Plan ${code(plan.id)} of incident ${code(plan.incidentId)}, made at ${utc(plan.at)}`,
    ...actions,
    md`${decisionLine(plan.decision)}\n${bullets(voiceLines(plan.decision))}`,
    md`Autonomy for this plan now: **${level}** (${autonomyWords[level]})`,
    ...(blockedBy === undefined ? [] : [md`Waits: ${blockerWords(blockedBy)}`]),
  ]
  return joined(lines, '\n\n').markdown
}
