import { MendkitError } from '../../errors.ts'
import type { Approval, ApprovalState } from '../../model/approval.ts'
import type { JoinedBlob } from '../../model/event.ts'
import type { PlannedAction } from '../../model/plan.ts'
import type { Principal } from '../../model/principal.ts'
import { message } from '../../redact/message.ts'
import { mayAnswer } from '../decide/may-answer.ts'
import { readTexts } from '../feed/read-texts.ts'
import type { Engine } from './engine.ts'
import { parsePrincipal } from './principal.ts'
import { giveCommand } from './write.ts'

/** An approval with what it asks about. */
export interface ApprovalQuestion extends Approval {
  readonly actions: readonly PlannedAction[]
  /** The redacted difference of each action, in order; empty where there is none or it was erased, and a remark where the store has altered it. */
  readonly diffs: readonly string[]
}

/** A person's answer. */
export interface ApprovalAnswer {
  /** @default the principal that this face is bound to */
  readonly by?: Principal
  /** The approval's digest: it says what the person saw. */
  readonly digest: string
  readonly because?: string
}

/**
 * Questions to people. An answer resolves when it is durable; before anything is changed the engine looks at the world
 * again. Throws `not-found` for an unknown approval, `conflict` for one that is no longer open, has expired or whose digest
 * differs, `forbidden` for a principal that may not answer it, `invalid` for a principal that is none.
 */
export interface Approvals {
  /** The approval with what it asks, in whatever state it is; undefined when the tenant has none of this id. */
  get(id: string): Promise<ApprovalQuestion | undefined>
  /** Approvals with what they ask, oldest first. @default the open ones, at most 100 */
  list(query?: {
    readonly states?: readonly ApprovalState[]
    readonly after?: string
    readonly limit?: number
  }): Promise<readonly ApprovalQuestion[]>
  /** Lets exactly what the digest stands for happen, if it still can when the engine looks again. */
  approve(id: string, answer: ApprovalAnswer): Promise<void>
  /** Hands the incident over; the same plan is not proposed again. */
  reject(id: string, answer: ApprovalAnswer): Promise<void>
}

function shown(diff: JoinedBlob | undefined): string {
  if (diff === undefined || 'erased' in diff) return ''
  return 'altered' in diff ? '(this difference was altered in the store: reject it, and run audit.verify)' : diff.text
}

/** The approvals of one principal's tenant. */
export function approvalsFace(engine: Engine, principal: Principal): Approvals {
  const { parts } = engine
  const { tenant } = principal

  async function question(approval: Approval): Promise<ApprovalQuestion> {
    const ctx = engine.context()
    const plan = await parts.store.get('plan', tenant, approval.planId, ctx)
    const actions = plan?.actions ?? []
    const digests = actions.flatMap((action) => action.diff ?? [])
    const texts = await readTexts(parts.store, tenant, digests, ctx)
    return { ...approval, actions, diffs: actions.map((action) => shown(texts.get(action.diff ?? ''))) }
  }

  async function answer(
    kind: 'approve' | 'reject',
    id: string,
    { by: given = principal, digest, because }: ApprovalAnswer,
  ): Promise<void> {
    const by = parsePrincipal(given, 'by')
    await engine.ready()
    const approval = by.tenant === tenant ? await parts.store.get('approval', tenant, id, engine.context()) : undefined
    if (approval === undefined)
      throw new MendkitError('not-found', message`there is no approval ${id} in tenant ${by.tenant}`)
    if (approval.state !== 'open') {
      throw new MendkitError(
        'conflict',
        `approval ${id} is ${approval.state}: list the open ones and answer what is asked now`,
      )
    }
    if ((await parts.store.now(engine.context())) >= approval.expiresAt) {
      const since = new Date(approval.expiresAt).toISOString()
      throw new MendkitError('conflict', `approval ${id} expired at ${since}: look at the incident, which is escalated`)
    }
    const refusal = mayAnswer(approval, by, { kind, digest })
    if (refusal !== undefined)
      throw new MendkitError(refusal.code === 'digest-differs' ? 'conflict' : 'forbidden', refusal.because)
    await giveCommand(parts, by, approval.incidentId, { kind, approvalId: id, digest }, because, engine.context())
  }

  return {
    async get(id) {
      await engine.ready()
      const approval = await parts.store.get('approval', tenant, id, engine.context())
      return approval === undefined ? undefined : question(approval)
    },
    async list({ states = ['open'], after, limit = 100 } = {}) {
      await engine.ready()
      const query = { tenant, states, limit, ...(after !== undefined && { after }) }
      const approvals = await parts.store.list('approval', query, engine.context())
      return Promise.all(approvals.map(question))
    },
    approve: (id, given) => answer('approve', id, given),
    reject: (id, given) => answer('reject', id, given),
  }
}
