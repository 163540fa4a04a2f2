import { errorText, MendkitError, redact } from '@mendkit/core'
import { jsonText } from '../terminal/json-text.ts'
import { shownLines } from '../terminal/safe-text.ts'
import { screenOf } from '../terminal/screen.ts'
import { readArgs } from './args.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { findCommand, groupOf } from './find-command.ts'
import { helpOf, overview } from './help.ts'
import type { CommandIo } from './io.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

/**
 * Runs one command of `mendkit`, as the shell would with these words, and answers its exit code: 0 done, 1 failed or with
 * a bad answer, 2 when the words are wrong or an audit log could not be checked, 3 when what was compared differs. Never
 * rejects: what goes wrong is written to `io.error`.
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const found = findCommand(commands, argv)
  try {
    if (found === undefined) return withoutCommand(argv, io)
    return await runFound(found.command, found.rest, io)
  } catch (error) {
    const wrong = error instanceof UsageError
    const told = failureOf(error)
    const hint = wrong ? `\nRun \`mendkit ${found === undefined ? '' : `${found.command.name} `}--help\`.` : ''
    if (argv.includes('--json')) io.error(`${jsonText({ error: told })}\n`)
    else io.error(`${shownLines(`mendkit: ${told.message}${hint}`)}\n`)
    return wrong ? 2 : (found?.command.exitUnanswered ?? 1)
  }
}

async function runFound(command: Command, rest: readonly string[], io: CommandIo): Promise<number> {
  const args = readArgs(command, rest)
  const screen = screenOf(io)
  if (args.flag('help')) {
    io.out(helpOf(command, screen))
    return 0
  }
  const answer = await command.run({ io, args })
  if ('streamed' in answer) return answer.failed === true ? 1 : 0
  io.out(args.flag('json') ? `${jsonText(answer.json)}\n` : `${answer.text(screen).trimEnd()}\n`)
  if (answer.failed === true) return 1
  return answer.differs === true ? 3 : 0
}

function withoutCommand(argv: readonly string[], io: CommandIo): number {
  const [first] = argv
  if (first === '--version') {
    io.out(`${version()}\n`)
    return 0
  }
  const isQuestion = argv.includes('--help') || argv.includes('-h') || first === 'help'
  const group = groupOf(commands, first)
  if (isQuestion) {
    io.out(overview(group.length > 0 ? group : commands, screenOf(io)))
    return 0
  }
  if (first === undefined) throw new UsageError('say which command')
  if (first.startsWith('-')) throw new UsageError(`the command comes first, then its options such as ${first}`)
  if (group.length === 0) throw new UsageError(`there is no command ${JSON.stringify(first)}`)
  const names = group.map(({ name }) => name.slice(first.length + 1))
  throw new UsageError(`mendkit ${first} takes one of ${names.join(', ')}`)
}

function failureOf(error: unknown): { readonly code: string; readonly message: string; readonly path?: string } {
  if (error instanceof UsageError) return { code: 'usage', message: redact(error.message) }
  if (!MendkitError.is(error)) return { code: 'failed', message: errorText(error) }
  const { code, path } = error
  return { code, message: redact(error.message), ...(path === undefined ? {} : { path }) }
}
