import { MendkitError } from '../../errors.ts'
import type { Execution, ExecutionState } from '../../model/execution.ts'
import { unfinishedExecutionStates } from '../../model/execution.ts'
import type { Principal } from '../../model/principal.ts'
import { message } from '../../redact/message.ts'
import { checkedPrincipal } from './check-principal.ts'
import type { Engine } from './engine.ts'
import { giveCommand } from './write.ts'

/** What was done, and a person's last word where nobody can tell what happened. */
export interface Executions {
  /** Executions in order of their intents, at most `limit`. @default all states, 100 */
  list(query?: {
    readonly incidentId?: string
    readonly states?: readonly ExecutionState[]
    readonly after?: string
    readonly limit?: number
  }): Promise<readonly Execution[]>
  /**
   * Ends an execution that holds its locks because its outcome is unknown. Audited. Throws `not-found` for an unknown
   * execution and `conflict` for one that has ended.
   */
  settle(
    id: string,
    word: { readonly by?: Principal; readonly outcome: 'applied' | 'not-applied'; readonly because: string },
  ): Promise<void>
}

/** The executions of one principal's tenant. */
export function executionsFace(engine: Engine, principal: Principal): Executions {
  const { parts } = engine
  const { tenant } = principal
  return {
    async list({ incidentId, states, after, limit = 100 } = {}) {
      await engine.ready()
      const query = {
        tenant,
        limit,
        ...(incidentId !== undefined && { incidentId }),
        ...(states && { states }),
        ...(after !== undefined && { after }),
      }
      return parts.store.list('execution', query, engine.context())
    },
    async settle(id, { by = principal, outcome, because }) {
      checkedPrincipal(by, 'by')
      await engine.ready()
      const execution =
        by.tenant === tenant ? await parts.store.get('execution', tenant, id, engine.context()) : undefined
      if (execution === undefined)
        throw new MendkitError('not-found', message`there is no execution ${id} in tenant ${by.tenant}`)
      if (!unfinishedExecutionStates.includes(execution.state)) {
        throw new MendkitError(
          'conflict',
          `execution ${id} has ended as ${execution.state}; there is nothing to settle`,
        )
      }
      await giveCommand(
        parts,
        by,
        execution.incidentId,
        { kind: 'settle', executionId: id, outcome },
        because,
        engine.context(),
      )
    },
  }
}
