import { z } from 'zod'
import type { ErasureTarget } from '../../model/erasure.ts'
import { once } from '../../once.ts'
import { nameSchema } from '../../redact/names.ts'
import { idShape, neededWordsShape } from '../host/input-shapes.ts'

/** Whose texts to erase: exactly one of the three. */
export type ErasureSelector =
  /** Every text of this incident, and what its alerts say of themselves. */
  | { readonly incident: string; readonly principal?: never; readonly mentions?: never }
  /** Every text that this principal gave, by the id that stands in the log: notes, reasons, and who made recorded changes. */
  | { readonly principal: string; readonly incident?: never; readonly mentions?: never }
  /** Every text in which these words stand, such as a name or an address; 3 characters or more, in any case. */
  | { readonly mentions: string; readonly incident?: never; readonly principal?: never }

/** What to erase, and why. */
export type ErasureRequest = ErasureSelector & {
  /** Kept in the log as a text of its own, redacted. Say who asked, not whom it is about. */
  readonly because: string
  /** Only counts. Writes nothing, not even an entry. @default false */
  readonly dryRun?: boolean
}

const shape = once(() => {
  const words = 'expected 3 characters or more'
  return z
    .strictObject({
      incident: idShape().optional(),
      principal: nameSchema.optional(),
      mentions: z.string(words).trim().min(3, words).max(1_000, 'expected 1,000 characters at most').optional(),
      because: neededWordsShape(),
      dryRun: z.boolean().optional(),
    })
    .refine(({ incident, principal, mentions }) => {
      return [incident, principal, mentions].filter((one) => one !== undefined).length === 1
    }, 'expected exactly one of incident, principal, mentions')
    .transform(({ incident, principal, mentions, because, dryRun = false }) => {
      return { selector: selectorOf(incident, principal, mentions), because, dryRun }
    })
})

/** The shape of a request. */
export const erasureShape = shape

function selectorOf(incident?: string, principal?: string, mentions = ''): ErasureSelector {
  if (incident !== undefined) return { incident }
  return principal === undefined ? { mentions } : { principal }
}

/** What the log keeps of a selector. */
export function targetOf(selector: ErasureSelector): ErasureTarget {
  if (selector.incident !== undefined) return { of: 'incident', incident: selector.incident }
  if (selector.principal !== undefined) return { of: 'principal', principal: selector.principal }
  return { of: 'mentions' }
}

/** Whether the words stand in a text, in any case; never for another selector. */
export function mentionedIn({ mentions }: ErasureSelector): (text: string) => boolean {
  const words = mentions?.toLowerCase()
  return (text) => words !== undefined && text.toLowerCase().includes(words)
}
