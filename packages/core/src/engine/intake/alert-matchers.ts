import { MendkitError } from '../../errors.ts'
import type { Labels } from '../../model/alert.ts'

/** Whether an alert with these labels is meant. */
export type AlertMatcher = (labels: Labels) => boolean

const oneOfSeveral = /\s*([A-Za-z_][\w.:-]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^\s,"{}]+)\s*(?:,|$)/

/** One matcher of several: a label, how it is compared, and with what. */
interface LabelMatcher {
  readonly name: string
  readonly operator: string
  readonly value: string
}

/**
 * Reads Prometheus matchers, such as `alertname="Watchdog"` or `{severity=~"info|none", team!="core"}`: all of them must
 * match, and an absent label counts as empty. Throws `config` with `path` for what cannot be read.
 */
export function parseAlertMatcher(text: string, path: string): AlertMatcher {
  const all = readMatchers(text, path).map(({ name, operator, value }) =>
    oneMatcher(name, operator, value, () => unreadable(path, text, value)),
  )
  return (labels) => all.every((matches) => matches(labels))
}

/** The value that a label must have for these matchers to hold; undefined when they leave it open. Throws as `parseAlertMatcher`. */
export function valueWanted(text: string, label: string, path: string): string | undefined {
  return readMatchers(text, path).find(({ name, operator }) => name === label && operator === '=')?.value
}

function readMatchers(text: string, path: string): readonly LabelMatcher[] {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text
  const all: LabelMatcher[] = []
  for (let rest = inner; rest.trim() !== ''; ) {
    const found = oneOfSeveral.exec(rest)
    if (found?.index !== 0) throw unreadable(path, text, undefined)
    const [whole, name = '', operator = '', value = ''] = found
    all.push({ name, operator, value: unquoted(value) })
    rest = rest.slice(whole.length)
  }
  if (all.length === 0) throw unreadable(path, text, undefined)
  return all
}

function oneMatcher(name: string, operator: string, value: string, fail: () => MendkitError): AlertMatcher {
  const labelOf = (labels: Labels) => (Object.hasOwn(labels, name) ? (labels[name] ?? '') : '')
  if (operator === '=') return (labels) => labelOf(labels) === value
  if (operator === '!=') return (labels) => labelOf(labels) !== value
  const pattern = anchored(value, fail)
  return operator === '=~' ? (labels) => pattern.test(labelOf(labels)) : (labels) => !pattern.test(labelOf(labels))
}

function anchored(source: string, fail: () => MendkitError): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 's')
  } catch (cause) {
    throw Object.assign(fail(), { cause })
  }
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value
}

function unreadable(path: string, text: string, pattern: string | undefined): MendkitError {
  const what = pattern === undefined ? 'matchers' : `a regular expression in ${pattern}`
  const message = `${path}: cannot read ${what} of ${JSON.stringify(text)}; write Prometheus matchers, such as alertname="Watchdog"`
  return new MendkitError('config', message, { path })
}
