import type { Risk } from '../model/plan.ts'
import type { Principal } from '../model/principal.ts'
import type { CallContext } from './context.ts'

/** Whether somebody who wants to approve is who it seems. */
export interface ReauthenticationQuestion {
  /** Who wants to approve. It is an approver, and has repeated the digest. */
  readonly by: Principal
  /** Id of the approval. */
  readonly approval: string
  /** The highest risk of the plan's actions. */
  readonly risk: Risk
  /** What the person gave to prove it, such as a one-time code; never stored or logged. Absent when nothing was given. */
  readonly proof?: string
}

/** Answers with `true` when it is; everything else refuses. */
export type Reauthenticate = (question: ReauthenticationQuestion, ctx: CallContext) => boolean | Promise<boolean>
