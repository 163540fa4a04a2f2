import type { Permission } from '../model/permission.ts'
import type { Action } from './action.ts'
import type { CallContext } from './context.ts'

/** A named catalogue of actions. */
export interface Remediator {
  readonly spec: 1
  readonly id: string
  readonly actions: readonly Action[]
  /** Whether credentials to act are there; the engine asks at start when autonomy exceeds suggest. Absent: they always are. */
  canAct?(ctx: CallContext): Promise<Permission>
}
