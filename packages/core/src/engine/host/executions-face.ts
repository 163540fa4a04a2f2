import { MendkitError } from '../../errors.ts'
import type { Execution, ExecutionState } from '../../model/execution.ts'
import { unfinishedExecutionStates } from '../../model/execution.ts'
import type { Principal } from '../../model/principal.ts'
import { message } from '../../redact/message.ts'
import type { Engine } from './engine.ts'
import { parsePrincipal } from './principal.ts'
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
   * execution, `conflict` for one that has ended, `invalid` for a principal that is none.
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
    async settle(id, { by: given = principal, outcome, because }) {
      const by = parsePrincipal(given, 'by')
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
