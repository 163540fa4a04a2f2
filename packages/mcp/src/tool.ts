import { type EvidenceTool, MendkitError } from '@mendkit/core'
import { inputSchema } from './input-schema.ts'
import type { ToolState } from './parse-tool.ts'
import type { Session } from './session.ts'

/** What stands in for a definition that is not known. */
const notReached = 'A tool of an MCP server that was not reached.'
const noInput = inputSchema({ type: 'object', properties: {}, additionalProperties: false })

/**
 * One allowed tool of a server. What it says of itself is known once the server was reached; until then it is not offered.
 * `read` connects where nothing is connected, and throws `not-found` when the server has no such tool, `rejected` when the tool is
 * refused or failed, `invalid` for a wrong input, `unavailable` and `bad-response`.
 */
export function mcpTool(session: Session, name: string, as: string): EvidenceTool {
  return {
    name: as,
    get description() {
      const state = session.stateOf(name)
      return state.kind === 'offered' ? state.description : notReached
    },
    get input() {
      const state = session.stateOf(name)
      return state.kind === 'offered' ? state.input : noInput
    },
    isOffered: () => session.isReady() && session.stateOf(name).kind === 'offered',
    async read(input, ctx) {
      ctx.signal.throwIfAborted()
      await session.prepare(ctx)
      const tool = offered(as, session.stateOf(name))
      const { issues: [issue] = [] } = await tool.input['~standard'].validate(input)
      if (issue !== undefined) throw new MendkitError('invalid', `input of ${as}: ${issue.message}`)
      return session.call(name, as, { ...input }, ctx)
    },
  }
}

function offered(as: string, state: ToolState) {
  if (state.kind === 'offered') return state
  if (state.kind === 'refused') throw new MendkitError('rejected', `${as} ${state.because}`)
  throw new MendkitError('not-found', `${as}: the server has no such tool`)
}
