import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { Approval } from '../../model/approval.ts'
import type { Plan } from '../../model/plan.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import { message } from '../../redact/message.ts'
import { type AnswerRefusal, mayAnswer } from '../decide/may-answer.ts'
import { needsProof, planRisk, refusedByHost } from '../decide/reauthenticate.ts'
import { draft } from '../draft.ts'
import { readTexts } from '../feed/read-texts.ts'
import type { Engine } from './engine.ts'
import { idShape, neededWordsShape, wordsShape } from './input-shapes.ts'
import { parseArgument, parseFields } from './parse-input.ts'
import { parsePrincipal } from './principal.ts'
import { actorOf, giveCommand } from './write.ts'

const shapes = {
  approve: once(() => z.strictObject({ ...common(), because: wordsShape().optional(), proof: z.string().optional() })),
  reject: once(() => z.strictObject({ ...common(), because: neededWordsShape() })),
}
type Kind = keyof typeof shapes
interface Answer {
  readonly kind: Kind
  readonly by?: unknown
  readonly digest: string
  readonly because?: string | undefined
  readonly proof?: string | undefined
}

function common() {
  return { by: z.unknown().optional(), digest: z.string('expected the digest that the person was shown') }
}

/** Takes a person's answer, or refuses it; what is refused of an approval that the tenant has is written down. */
export async function answerApproval(
  engine: Engine,
  bound: Principal,
  givenId: string,
  kind: Kind,
  given: unknown,
): Promise<void> {
  const { parts } = engine
  const answer: Answer = { ...parseFields('answer', shapes[kind](), given), kind }
  const id = parseArgument('id', idShape(), givenId)
  const by = parsePrincipal(answer.by ?? bound, 'by')
  await engine.ready()
  const ctx = engine.context()
  const approval = by.tenant === bound.tenant ? await parts.store.get('approval', by.tenant, id, ctx) : undefined
  if (approval === undefined)
    throw new MendkitError('not-found', message`there is no approval ${id} in tenant ${by.tenant}`)
  const { refusal, reauthenticated } = await look(engine, approval, by, answer)
  if (refusal !== undefined) {
    await writeRefusal(engine, approval, by, answer.kind, refusal)
    throw new MendkitError(errorCodes[refusal.code], refusal.because)
  }
  const said = { approvalId: id, digest: answer.digest }
  const body =
    answer.kind === 'approve'
      ? ({ kind: 'approve', ...said, reauthenticated } as const)
      : ({ kind: 'reject', ...said } as const)
  await giveCommand(parts, by, approval.incidentId, body, answer.because, ctx)
}

const errorCodes = {
  'approval-not-open': 'conflict',
  'approval-expired': 'conflict',
  'digest-differs': 'conflict',
  'difference-altered': 'corrupt',
  'already-answered': 'conflict',
  'not-an-approver': 'forbidden',
  proposer: 'forbidden',
  'not-reauthenticated': 'forbidden',
} as const

/** Why an answer is refused, and whether the host confirmed who gave it. */
interface Look {
  readonly refusal?: AnswerRefusal | undefined
  readonly reauthenticated: boolean
}

/** What does not need the person comes first, and the host's own question last: nobody is asked for a code in vain. */
async function look(engine: Engine, approval: Approval, by: Principal, answer: Answer): Promise<Look> {
  const { parts, context } = engine
  const refusal = await whyRefused(engine, approval, by, answer)
  if (refusal !== undefined || answer.kind === 'reject') return { refusal, reauthenticated: false }
  const plan = await parts.store.get('plan', approval.tenant, approval.planId, context())
  if (await isAltered(engine, plan)) {
    const because = message`a difference of approval ${approval.id} was altered in the store, so nobody can have seen what it asks: reject it, and run audit.verify()`
    return { refusal: { code: 'difference-altered', because }, reauthenticated: false }
  }
  if (!needsProof(parts, approval, plan)) return { reauthenticated: false }
  const { proof } = answer
  const question = { by, approval: approval.id, risk: planRisk(plan), ...(proof !== undefined && { proof }) }
  const unconfirmed = await refusedByHost(parts, question, context())
  return { refusal: unconfirmed, reauthenticated: unconfirmed === undefined }
}

async function whyRefused(
  engine: Engine,
  approval: Approval,
  by: Principal,
  answer: Answer,
): Promise<AnswerRefusal | undefined> {
  const { parts } = engine
  const { id, state, expiresAt } = approval
  if (state !== 'open') {
    const because = message`approval ${id} is ${state}: list the open ones and answer what is asked now`
    return { code: 'approval-not-open', because }
  }
  if ((await parts.store.now(engine.context())) >= expiresAt) {
    const since = new Date(expiresAt).toISOString()
    const because = message`approval ${id} expired at ${since}: look at the incident, which is escalated`
    return { code: 'approval-expired', because }
  }
  return mayAnswer(approval, by, answer)
}

async function isAltered({ parts, context }: Engine, plan: Plan | undefined): Promise<boolean> {
  if (plan === undefined) return false
  const digests = plan.actions.flatMap(({ diff }) => diff ?? [])
  const texts = await readTexts(parts.store, plan.tenant, digests, context())
  return [...texts.values()].some((text) => 'altered' in text)
}

async function writeRefusal(
  { parts, context }: Engine,
  { tenant, id, planId, incidentId }: Approval,
  by: Principal,
  kind: Answer['kind'],
  refusal: AnswerRefusal,
): Promise<void> {
  const data = { approval: id, plan: planId, kind, because: refusal.code }
  const entry = draft(parts, 'approval-refused', { kind: 'incident', id: incidentId }, data, { actor: actorOf(by) })
  await parts.store.commit({ tenant, expect: [], put: [], audit: [entry] }, context())
}
