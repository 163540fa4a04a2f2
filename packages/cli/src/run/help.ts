import { type Screen, wrapped } from '../terminal/screen.ts'
import { everywhere } from './args.ts'
import type { Command } from './command.ts'
import type { OptionSpecs } from './option-specs.ts'

const exitCodes = 'Exit codes: 0 done, 1 failed or a bad answer, 2 a wrong command line, 3 a difference was found.'

/** What all commands, or those of one group, are for. */
export function overview(commands: readonly Command[], screen: Screen): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'The mendkit command works on the store itself, also while the host is down.',
    '',
    screen.heading('Usage: mendkit <command> [options]'),
    '',
    ...commands.flatMap(({ name, summary }) => pair(name, summary, width, screen)),
    '',
    ...wrapped('`mendkit <command> --help` shows the options of a command, with examples.', screen.columns),
    exitCodes,
    '',
  ].join('\n')
}

/** How one command is called. */
export function helpOf(
  { name, summary, takes = [], options, examples, exitUnanswered }: Command,
  screen: Screen,
): string {
  const specs: OptionSpecs = { ...options, ...everywhere }
  const all = Object.entries(specs).map(([option, spec]) => [flagOf(option, spec), spec] as const)
  const width = Math.max(...all.map(([flag]) => flag.length))
  return [
    ...wrapped(summary, screen.columns),
    '',
    screen.heading(`Usage: ${['mendkit', name, ...takes.map((one) => `<${one}>`), '[options]'].join(' ')}`),
    '',
    ...all.flatMap(([flag, { says, multiple }]) =>
      pair(flag, multiple ? `${says} (may be repeated)` : says, width, screen),
    ),
    '',
    screen.heading('Examples:'),
    ...examples.map((one) => `  ${one}`),
    '',
    // What has a code of its own tells all of them itself.
    ...(exitUnanswered === undefined ? [exitCodes, ''] : []),
  ].join('\n')
}

function flagOf(name: string, { type, value = 'text' }: OptionSpecs[string]): string {
  return type === 'boolean' ? `--${name}` : `--${name} <${value}>`
}

function pair(left: string, right: string, width: number, screen: Screen): readonly string[] {
  const [first = '', ...rest] = wrapped(right, screen.columns - width - 4)
  return [`  ${left.padEnd(width)}  ${first}`, ...rest.map((line) => ' '.repeat(width + 4) + line)]
}
