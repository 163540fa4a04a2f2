import { type CommandOptions, type CommandResult, run } from './command.ts'

/** The version that the README tells people to use. */
const version = '12.21.0'

/** Runs pnpm at the version of the README, which need not be installed. */
export function pnpm(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return run('npx', ['--yes', `pnpm@${version}`, ...args], options)
}
