import { MendkitError, openNote, parseVerifierKey, type Signer, signNote } from '@mendkit/core'
import { z } from 'zod'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const anchor = z.strictObject({ tenant: z.string(), size: count, root: z.string() })

const logShape = z.strictObject({
  tenant: z.string().min(1),
  size: z.int().min(1),
  root: z.string(),
  key: z.string().optional(),
  checkpoint: z.string().optional(),
})

/** What a database was found to be older than. */
export const divergedShape = z.strictObject({ at: z.iso.datetime(), anchors: z.array(anchor).min(1) })

/** What a database was found to be older than. */
export type Diverged = z.infer<typeof divergedShape>

const manifestShape = z.strictObject({
  format: z.literal(1),
  version: z.string(),
  takenAt: z.iso.datetime(),
  database: z.enum(['sqlite', 'postgres', 'mysql']),
  schema: z.int().min(1),
  epoch: z.int().min(1),
  diverged: divergedShape.optional(),
  tables: z.record(z.string(), count),
  file: z.strictObject({ bytes: count, sha256 }),
  content: z.strictObject({ bytes: count, sha256 }),
  configuration: z.strictObject({ digest: sha256, version: z.string(), startedAt: z.iso.datetime() }).optional(),
  logs: z.array(logShape),
})

/** What a backup says of itself. */
export type BackupManifest = z.infer<typeof manifestShape>

/** Where a log ended when the backup was taken. `root` is base64; `key` the verifier key that signs the next checkpoint. */
export type BackedUpLog = z.infer<typeof logShape>

/** What a manifest's text begins with: no checkpoint does, so a signature under the one is none under the other. */
const title = 'mendkit backup manifest'

/** The longest manifest that is read, in bytes: a log takes about 500. */
const mostBytes = 64 * 1_048_576

/** The manifest as text: a signed note (C2SP) where there is a key, else the same text alone. */
export function manifestText(manifest: BackupManifest, signer: Signer | undefined): string {
  const body = `${title}\n${JSON.stringify(manifest)}\n`
  return signer === undefined ? body : signNote(body, [signer])
}

/** A manifest that was read, and the verifier keys of those who signed it, as far as they are trusted. */
export interface ReadManifest {
  readonly manifest: BackupManifest
  readonly signedBy: readonly string[]
  /** Whether anybody has signed it at all. */
  readonly signed: boolean
}

/**
 * Reads a manifest. Throws `corrupt` for what is none, `unsupported` for one of a later version, and `forbidden` when keys are
 * trusted and none of them has signed it.
 */
export function readManifest(bytes: Uint8Array, trust: readonly string[], name: string): ReadManifest {
  const text = bytes.length > mostBytes ? '' : decoded(bytes)
  const signed = text.includes('\n\n')
  const keys = trust.map(parseVerifierKey)
  const { body, signedBy } = signed ? opened(text, keys, name) : { body: text, signedBy: [] }
  if (keys.length > 0 && signedBy.length === 0) {
    const says = signed ? 'is signed by no key that you trust, or was changed' : 'is not signed'
    throw new MendkitError('forbidden', `${name} ${says}; nothing was restored`)
  }
  return { manifest: parsed(body, name), signed, signedBy: signedBy.map((key) => `${key.name}+${key.id}`) }
}

function opened(text: string, keys: Parameters<typeof openNote>[1], name: string): ReturnType<typeof openNote> {
  try {
    return openNote(text, keys)
  } catch (cause) {
    throw new MendkitError('corrupt', `${name} is no manifest of a backup`, { cause })
  }
}

function parsed(body: string, name: string): BackupManifest {
  const [first, line = '', end, ...more] = body.split('\n')
  if (first !== title || end !== '' || more.length > 0) throw none(name)
  const given = json(line, name)
  const { format } = z.looseObject({ format: z.int() }).safeParse(given).data ?? {}
  if (format !== undefined && format > 1) {
    throw new MendkitError('unsupported', `${name} was written by a newer version; restore with that one`)
  }
  const result = manifestShape.safeParse(given)
  if (result.success) return result.data
  throw none(name, result.error)
}

function json(line: string, name: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw none(name, cause)
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // No text is no manifest, which is what is said of it.
    return ''
  }
}

function none(name: string, cause?: unknown): MendkitError {
  return new MendkitError('corrupt', `${name} is no manifest of a backup; name the backup, beside which it stands`, {
    cause,
  })
}
