import { MendkitError } from '@mendkit/core'
import { runCommand } from './run-command.ts'

/**
 * Starts a server's program, lets it print its version, and returns the first line of that.
 *
 * A program can be whole and still not start, for want of a library or built for another machine. Throws `rejected` then,
 * with the path to delete.
 */
export async function proofOfStart(
  path: string,
  versionArguments: readonly string[] = ['--version'],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const [first = ''] = (await runCommand(path, versionArguments, { environment })).trim().split('\n')
    return first
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MendkitError(
      'rejected',
      `${path} does not start; delete it and run \`pnpm testbed build\` again. ${why}`,
      {
        cause,
      },
    )
  }
}
