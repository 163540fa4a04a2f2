import type { JsonObject } from './json.ts'

declare const redactedBrand: unique symbol

/**
 * Text that has passed core's redactor. Blobs, logs, events and notices take nothing else, so a secret that was not
 * looked for cannot reach them without a compile error.
 */
export type Redacted = string & { readonly [redactedBrand]: true }

/** An object of which every text has passed the redactor. */
export type RedactedJson = JsonObject & { readonly [redactedBrand]: true }
