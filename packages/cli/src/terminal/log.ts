import { consoleLogger, type Logger } from '@mendkit/core'
import type { Call } from '../run/command.ts'
import { shownLines } from './safe-text.ts'

/** What happens beside the answer, from this level on, on standard error: words, or with `--json` an object a line. */
export function logOf({ args, io }: Call, level: 'warn' | 'error'): Logger {
  const write = (line: string) => io.error(shownLines(line))
  return consoleLogger({ level, format: args.flag('json') ? 'json' : 'text', write })
}
