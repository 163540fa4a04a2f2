import { z } from 'zod'
import { type Approval, type ApprovalState, approvalStates } from '../../model/approval.ts'
import type { ApproverGroup } from '../../model/approver-group.ts'
import type { JoinedBlob } from '../../model/event.ts'
import type { PlannedAction, Risk } from '../../model/plan.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import { missingApprovers } from '../decide/quorum.ts'
import { needsProof, planRisk } from '../decide/reauthenticate.ts'
import { readTexts } from '../feed/read-texts.ts'
import { answerApproval } from './answer-approval.ts'
import type { Engine } from './engine.ts'
import { idShape, pageShape } from './input-shapes.ts'
import { parseArgument, parseFields } from './parse-input.ts'

/** An approval with what it asks about. */
export interface ApprovalQuestion extends Approval {
  readonly actions: readonly PlannedAction[]
  /** The redacted difference of each action, in order; empty where there is none or it was erased, and a remark where the store has altered it. */
  readonly diffs: readonly string[]
  /** The highest risk of the actions. */
  readonly risk: Risk
  /** Who must still approve, with how many of each group. */
  readonly missing: readonly ApproverGroup[]
  /** Whether it counts for nothing to approve without proof, because the host that asked wants it, or this one does by now. */
  readonly proofNeeded: boolean
}

/** A person's answer. */
export interface ApprovalAnswer {
  /** @default the principal that this face is bound to */
  readonly by?: Principal
  /** The approval's digest: it says what the person saw. */
  readonly digest: string
  /** In the person's own words. It is redacted and kept. */
  readonly because?: string
  /** Passed to `settings.reauthenticate` where proof is needed, such as a one-time code; never stored or logged. */
  readonly proof?: string
}

/** A person's no, with the reason. */
export interface ApprovalRejection extends Omit<ApprovalAnswer, 'proof'> {
  /** For whoever takes the incident over. It is redacted and kept. */
  readonly because: string
}

/**
 * Questions to people. An answer resolves when it is durable; before anything is changed the engine looks at the world
 * again. Throws `not-found` for an unknown approval, `conflict` for one that is no longer open, has expired or whose digest
 * differs, and for whoever approves twice, `forbidden` for a principal that may not answer it, that
 * `settings.reauthenticate` did not confirm, or that approves what needs proof where nothing can confirm it, `invalid` with the path for arguments that are none, words of nothing but blanks among them, `corrupt` for
 * an approval whose difference was altered in the store. What is refused of an approval that the tenant has stands in the
 * audit log as `approval-refused`.
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
  /**
   * Lets exactly what the digest stands for happen, once everybody who must approve has, if it still can when the engine
   * looks again.
   */
  approve(id: string, answer: ApprovalAnswer): Promise<void>
  /** Hands the incident over, whoever approved before; the same plan is not proposed again. */
  reject(id: string, rejection: ApprovalRejection): Promise<void>
}

const queryShape = once(() => z.strictObject(pageShape(approvalStates)))

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
    const risk = planRisk(plan)
    return {
      ...approval,
      actions,
      diffs: actions.map((action) => shown(texts.get(action.diff ?? ''))),
      risk,
      missing: missingApprovers(approval.approvers, approval.answers),
      proofNeeded: needsProof(parts, approval, plan),
    }
  }

  return {
    async get(given) {
      const id = parseArgument('id', idShape(), given)
      await engine.ready()
      const approval = await parts.store.get('approval', tenant, id, engine.context())
      return approval === undefined ? undefined : question(approval)
    },
    async list(given = {}) {
      const { states = ['open'], after, limit = 100 } = parseFields('query', queryShape(), given)
      await engine.ready()
      const query = { tenant, states, limit, ...(after !== undefined && { after }) }
      const approvals = await parts.store.list('approval', query, engine.context())
      return Promise.all(approvals.map(question))
    },
    approve: (id, given) => answerApproval(engine, principal, id, 'approve', given),
    reject: (id, given) => answerApproval(engine, principal, id, 'reject', given),
  }
}
