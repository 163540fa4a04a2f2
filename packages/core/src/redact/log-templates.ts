import type { Redacted } from '../model/redacted.ts'

/** Lines of a log that differ only in numbers, ids, times, hexadecimal and quoted parts. */
export interface LogTemplate {
  /** What they have in common, with `<n>`, `<id>`, `<time>`, `<hex>` and `<text>` in place of what differs. */
  readonly template: Redacted
  readonly count: number
  readonly first: Redacted
  readonly last: Redacted
}

/** A log by its templates. */
export interface LogTemplates {
  /** In the order of their first lines. */
  readonly templates: readonly LogTemplate[]
  /** All lines that are not empty. */
  readonly lines: number
  /** Lines of templates that came when there were already as many as were wanted. */
  readonly left: number
}

const maxTemplates = 200
/** So much of a line tells it apart from others. */
const maxLine = 2_000

/** Groups the lines of a log by what they say. Takes time linear in the text; keeps at most `most` templates, 200 by default. */
export function logTemplates(text: Redacted, most: number = maxTemplates): LogTemplates {
  const found = new Map<string, { count: number; first: string; last: string }>()
  let lines = 0
  let left = 0
  for (const line of text.split('\n')) {
    const told = line.trimEnd()
    if (told === '') continue
    lines += 1
    const template = templateOf(told.slice(0, maxLine))
    const known = found.get(template)
    if (known !== undefined) {
      known.count += 1
      known.last = told
    } else if (found.size < most) found.set(template, { count: 1, first: told, last: told })
    else left += 1
  }
  const templates = [...found].map(([template, { count, first, last }]) => ({
    template: template as Redacted,
    count,
    first: first as Redacted,
    last: last as Redacted,
  }))
  return { templates, lines, left }
}

/**
 * A log with every template once: a single line as it is; of more their count, the first and the last. Says how many lines
 * did not fit.
 */
export function reduceLog(text: Redacted, most: number = maxTemplates): Redacted {
  const { templates, left } = logTemplates(text, most)
  const told = templates.flatMap(({ count, first, last }) => {
    if (count === 1) return [first]
    return first === last ? [`(${count}×) ${first}`] : [`(${count}×) first: ${first}`, `  last: ${last}`]
  })
  if (left > 0) told.push(`(${left} more lines of other kinds)`)
  return told.join('\n') as Redacted
}

const time =
  '\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?|\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?'
const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'
const generatedName =
  '(?<=[a-z0-9]-)(?:[bcdf0-9][bcdfghjklmnpqrstvwxz0-9]{7,9}-[bcdfghjklmnpqrstvwxz2456789]{5}|[bcdfghjklmnpqrstvwxz2456789]{5})'
const hex = '(?:0x[0-9a-fA-F]{1,64}|(?=[0-9a-f]{0,63}\\d)(?=[0-9a-f]{0,63}[a-f])[0-9a-f]{7,64})'
const number = '\\d+(?:\\.\\d+)*'
const ends = '(?![A-Za-z0-9])'

/** What differs from line to line, longest form first; each begins where a word or number begins. */
const variable = new RegExp(
  `(?<marker>\\[redacted:[^\\]\\n]{1,64}\\])|(?<![A-Za-z0-9])(?:(?<time>${time})${ends}|(?<id>${uuid})${ends}|(?<name>${generatedName})${ends}|(?<hex>${hex})${ends})|(?<n>${number})`,
  'g',
)
const quotedPart = /"(?:[^"\\]|\\.){0,2000}"/g
/** Quoted words that say what happened are what tells lines apart, and names of fields are no part that differs. */
const saysWhat =
  /(?:msg|message|error|err|reason|event|cause|exception|level|severity|type|status|log)["']?\s?[:=]\s?$/i

function templateOf(line: string): string {
  if (!line.includes('"')) return withoutVariables(line)
  let template = ''
  let done = 0
  for (const { 0: quoted, index } of line.matchAll(quotedPart)) {
    const end = index + quoted.length
    template += withoutVariables(line.slice(done, index))
    const kept = line[end] === ':' || saysWhat.test(line.slice(Math.max(0, index - 24), index))
    template += kept ? withoutVariables(quoted) : '<text>'
    done = end
  }
  return template + withoutVariables(line.slice(done))
}

function withoutVariables(part: string): string {
  return part.replaceAll(variable, (whole, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>
    if (groups['marker'] !== undefined) return whole
    const kind = ['time', 'hex', 'n'].find((name) => groups[name] !== undefined)
    return `<${kind ?? 'id'}>`
  })
}
