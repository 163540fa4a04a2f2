import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import {
  type Execution,
  type ExecutionState,
  executionStates,
  unfinishedExecutionStates,
} from '../../model/execution.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import { message } from '../../redact/message.ts'
import type { Engine } from './engine.ts'
import { idShape, neededWordsShape, pageShape } from './input-shapes.ts'
import { parseArgument, parseFields } from './parse-input.ts'
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
   * execution, `conflict` for one that has ended, `invalid` with the path for arguments that are none.
   */
  settle(
    id: string,
    word: { readonly by?: Principal; readonly outcome: 'applied' | 'not-applied'; readonly because: string },
  ): Promise<void>
}

const queryShape = once(() => z.strictObject({ incidentId: idShape().optional(), ...pageShape(executionStates) }))
const wordShape = once(() =>
  z.strictObject({
    by: z.unknown().optional(),
    outcome: z.enum(['applied', 'not-applied']),
    because: neededWordsShape(),
  }),
)

/** The executions of one principal's tenant. */
export function executionsFace(engine: Engine, principal: Principal): Executions {
  const { parts } = engine
  const { tenant } = principal
  return {
    async list(given = {}) {
      const { incidentId, states, after, limit = 100 } = parseFields('query', queryShape(), given)
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
    async settle(givenId, word) {
      const { by: given = principal, outcome, because } = parseFields('word', wordShape(), word)
      const by = parsePrincipal(given, 'by')
      const id = parseArgument('id', idShape(), givenId)
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
