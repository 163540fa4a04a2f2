import type { Command } from './command.ts'

/** The command that the words name, and what stands after its words; undefined when they name none. */
export function findCommand(
  commands: readonly Command[],
  argv: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  for (const command of commands) {
    const words = command.name.split(' ')
    if (words.every((word, index) => argv[index] === word)) return { command, rest: argv.slice(words.length) }
  }
  return undefined
}

/** The commands whose first word this is. */
export function groupOf(commands: readonly Command[], word: string | undefined): readonly Command[] {
  return commands.filter(({ name }) => name.split(' ')[0] === word)
}
