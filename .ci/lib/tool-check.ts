import type { Check } from './check.ts'
import { run, tool } from './command.ts'

/** A check that is one run of an installed tool: it holds when the tool says so. */
export interface ToolCheck {
  readonly name: string
  readonly todo: string
  /** Printed when it holds. */
  readonly says: string
  readonly tool: string
  readonly args: readonly string[]
}

export function toolCheck({ name, todo, says, tool: command, args }: ToolCheck): Check {
  return {
    name,
    todo,
    async run(root) {
      const { code, output } = await run(tool(command), args, { cwd: root, env: { NO_COLOR: '1', FORCE_COLOR: '0' } })
      return { says, problems: code === 0 ? [] : [output.trim() || `${command} ended with ${code} and said nothing`] }
    },
  }
}
