import { MendkitError } from '../errors.ts'
import type { Redacted } from '../model/redacted.ts'
import { redact } from './redact.ts'

/** What `message` takes between its literal parts. */
export type MessageValue = string | number | bigint | boolean | undefined

/**
 * Template tag for logs and notices: the literal parts are the program's own words and stand as they are, every text
 * that is put in between is redacted.
 */
export function message(literals: TemplateStringsArray, ...values: readonly MessageValue[]): Redacted {
  const parts = literals.map((literal, index) => (index === 0 ? literal : shown(values[index - 1]) + literal))
  return parts.join('') as Redacted
}

function shown(value: MessageValue): string {
  return typeof value === 'string' ? redact(value) : String(value)
}

/** How many causes of an error are told. */
const maxCauses = 4

/** What an error says, with its causes, for a log, a blob or a notice: never its stack. */
export function errorText(error: unknown): Redacted {
  const told: string[] = []
  for (let current = error; told.length < maxCauses && current !== undefined && current !== null; ) {
    told.push(sentence(current))
    current = current instanceof Error ? current.cause : undefined
  }
  return redact(told.join(': '))
}

function sentence(error: unknown): string {
  if (MendkitError.is(error)) return `${error.code}: ${error.message}`
  if (error instanceof Error) return error.message === '' ? error.name : error.message
  return typeof error === 'string' ? error : typeof error
}
