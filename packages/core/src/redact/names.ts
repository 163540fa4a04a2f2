import { z } from 'zod'
import type { Redacted } from '../model/redacted.ts'
import { redact } from './redact.ts'

const maxName = 1_000
const lineBreak = /[\n\t]/
/** What Kubernetes accepts as the name of an object: too narrow for a pair, a URL or a key block. */
const objectName = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/
const code = /^[A-Za-z0-9][\w.:/-]{0,127}$/

/** What `isName` demands, for the message of a refusal. */
export const nameRule = 'must be one line of at most 1000 characters in which the redactor finds no secret'
/** What `isCode` demands, for the message of a refusal. */
export const codeRule =
  'must be a short code such as `bad-rollout`: at most 128 letters, digits and . _ : / -, and no secret'

/** Whether a text can stand in the clear as a name: the redactor leaves it as it is, and it is one line. */
export function isName(text: string): text is Redacted {
  return text !== '' && text.length <= maxName && !lineBreak.test(text) && redact(text) === text
}

/** Whether a text is a code, as an author gives to a cause or to a kind of change: no prose, and no secret. */
export function isCode(text: string): text is Redacted {
  return code.test(text) && redact(text) === text
}

/** Whether a text can stand as a part of a resource: a name, or what Kubernetes accepts as one, whatever it looks like. */
export function isObjectName(text: string): boolean {
  return objectName.test(text) || isName(text)
}

/** A name that comes from outside. */
export const nameSchema: z.ZodType<Redacted, string> = z
  .string()
  .refine(isName, nameRule)
  .transform((text) => redact(text))

/** A code that comes from outside. */
export const codeSchema: z.ZodType<Redacted, string> = z
  .string()
  .refine(isCode, codeRule)
  .transform((text) => redact(text))
