import { shown } from '../terminal/safe-text.ts'
import type { Args } from './args.ts'
import type { OptionSpecs } from './option-specs.ts'
import { UsageError } from './usage-error.ts'

/** Options of every list. */
export const pageOptions = {
  after: { type: 'string', value: 'id', says: 'only what comes after this id: the last one of the page before' },
  limit: { type: 'string', value: 'number', says: 'at most so many, 1 to 1000 [default: 100]' },
} as const satisfies OptionSpecs

/** The page that was asked for. */
export function pageOf(args: Args): { readonly limit: number; readonly after?: string } {
  const [after, given] = [args.text('after'), args.text('limit') ?? '100']
  const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0
  if (limit < 1 || limit > 1_000) throw new UsageError(`--limit must be a whole number from 1 to 1000, not ${given}`)
  return { limit, ...(after === undefined ? {} : { after }) }
}

/** Those of the names that were given; throws `UsageError` for one that there is not. */
export function chosen<Name extends string>(args: Args, option: string, known: readonly Name[]): readonly Name[] {
  return args.names(option).map((given) => {
    const name = known.find((one) => one === given)
    if (name === undefined) throw new UsageError(`--${option}: there is no ${given}; there are ${known.join(', ')}`)
    return name
  })
}

/** The line under a list that was cut: the command that shows the next page, which is this one from there on. */
export function moreLine(name: string, args: Args, rows: readonly { readonly id: string }[], limit: number): string {
  return nextLine(name, args, rows.length < limit ? undefined : rows.at(-1)?.id)
}

/** The same when it is known where the next page begins; empty when nothing follows. */
export function nextLine(name: string, args: Args, next: string | undefined): string {
  if (next === undefined) return ''
  const again = Object.entries(args.given()).flatMap(([option, values]) =>
    option === 'after' ? [] : values.map((value) => (value === true ? `--${option}` : `--${option} ${quoted(value)}`)),
  )
  return `\n\nThere may be more:\n  ${['mendkit', name, ...again, `--after ${quoted(next)}`].join(' ')}`
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  const safe = shown(word)
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`
}
