import { z } from 'zod'
import { once } from '../once.ts'
import { type Checkpoint, isSignedAs } from './checkpoint.ts'
import type { Findings } from './findings.ts'
import type { LogEpochs } from './log-epochs.ts'
import { epochOf } from './log-origin.ts'
import type { AuditEntry } from './parse-entry.ts'
import { parseVerifierKey, type VerifierKey, verifierKeyText } from './verifier-key.ts'
import { type IsSignedBy, signatureChecks } from './verify-signature.ts'

/** How much a checkpoint's signature is worth: `unsure` while a later one that is trusted may still vouch for its key. */
type SignatureVerdict = 'signed' | 'unsure' | 'refused'

/** Follows who signs a log from its first checkpoint to its last. */
export interface KeyChain {
  /** Begins behind a checkpoint; false unless a trusted key signed it. */
  beginAt(checkpoint: Checkpoint): boolean
  /** Judges the signatures of the next checkpoint; `rotation` is the entry of its group that changes keys. */
  check(checkpoint: Checkpoint, rotation: AuditEntry | undefined): SignatureVerdict
  /** Whether a checkpoint from elsewhere is signed by a key that is or was trusted. */
  knows(checkpoint: Checkpoint): boolean
  /** Trusted keys of another name than the log's that have signed a checkpoint as well, such as that of a KMS: `<name>+<id>`. */
  cosigners(checkpoint: Checkpoint): readonly string[]
  /** Keys that are trusted, or follow from one that is, and have signed, in the order in which they began to. */
  signers(): readonly VerifierKey[]
  /** Whether this key has signed, also as one that only handed over to a trusted one. */
  hasSigned(key: VerifierKey): boolean
  /** Tells what is left in doubt at the end. */
  finish(): void
}

const rotationData = once(() => z.strictObject({ from: z.string(), to: z.string(), verifierKey: z.string() }))

/** Begins with the keys that the verifier trusts; without any, signatures are not judged at all. */
export function keyChain(
  tenant: string,
  trust: readonly VerifierKey[],
  findings: Findings,
  epochs: LogEpochs,
): KeyChain {
  const isSignedBy = signatureChecks()
  const known = [...trust]
  let current: VerifierKey | undefined
  /** The keys that may sign first: of a checkpoint that two have signed, either may be the one that goes on. */
  let first = trust
  let claimed: string | undefined
  const claims = new Set<string>()
  const signers = new Map<string, VerifierKey>()
  let doubt: { readonly seq: number; readonly because: string } | undefined

  function unknownKey(checkpoint: Checkpoint, because: string): SignatureVerdict {
    findings.add('unknown-key', checkpoint.size - 1, because)
    return 'refused'
  }

  function goOnWith(key: VerifierKey): void {
    current = key
    signers.set(verifierKeyText(key), key)
  }

  /** Before any key that is trusted has signed: an older key may have, that later handed over to one. */
  function beforeTrusted(checkpoint: Checkpoint, rotation: AuditEntry | undefined): SignatureVerdict {
    const trusted = first.find((key) => isSignedBy(checkpoint, key))
    const data = rotation && dataOf(rotation)
    const seq = checkpoint.size - 1
    if (trusted !== undefined) {
      const handsOver = data?.verifierKey === verifierKeyText(trusted) && data.from === claimed
      if (doubt !== undefined && !handsOver) findings.add('unknown-key', doubt.seq, doubt.because)
      doubt = undefined
      goOnWith(trusted)
      return 'signed'
    }
    if (trust.some((key) => isSignedAs(checkpoint, key))) {
      findings.add('bad-signature', seq, `the signature of the checkpoint of ${checkpoint.size} entries is not good`)
      return 'refused'
    }
    claimed ??= checkpoint.signatures[0]?.keyId
    if (claimed !== undefined) claims.add(claimed)
    if (!checkpoint.signatures.some(({ keyId }) => keyId === claimed)) {
      return unknownKey(checkpoint, `the checkpoint of ${checkpoint.size} entries is signed by no key that you trust`)
    }
    doubt ??= { seq, because: `the checkpoint of ${checkpoint.size} entries is signed by no key that you trust` }
    if (data !== undefined) claimed = data.to
    return 'unsure'
  }

  function handOver(checkpoint: Checkpoint, rotation: AuditEntry, from: VerifierKey): void {
    const data = dataOf(rotation)
    const next = data && keyIn(data.verifierKey)
    // The group in which an older key handed over to this one is its own.
    if (data !== undefined && data.verifierKey === verifierKeyText(from)) return
    const good =
      next !== undefined &&
      data?.from === from.id &&
      data.to === next.id &&
      next.name === from.name &&
      isSignedBy(checkpoint, next)
    if (good) {
      goOnWith(next)
      known.push(next)
      return
    }
    const because = `entry ${rotation.seq} changes the key of the log, and the old and the new key do not both vouch for it`
    findings.add('bad-rotation', rotation.seq, because)
  }

  return {
    beginAt(checkpoint) {
      first = trust.filter((key) => isKnown(checkpoint, [key], tenant, isSignedBy))
      const [key] = first
      if (key !== undefined) epochs.beginAt(epochOf(checkpoint.origin, key.name, tenant) ?? 1)
      if (key !== undefined) signers.set(verifierKeyText(key), key)
      return key !== undefined
    },
    check(checkpoint, rotation) {
      const { size, origin, signatures } = checkpoint
      const name = current?.name ?? signatures[0]?.name ?? ''
      const epoch = epochOf(origin, name, tenant)
      if (epoch === undefined || !epochs.isNow(epoch)) {
        findings.add('checkpoint-foreign', size - 1, `the checkpoint of ${size} entries is that of the log ${origin}`)
        return 'refused'
      }
      if (trust.length === 0) return 'unsure'
      const before = current
      if (before === undefined) {
        const verdict = beforeTrusted(checkpoint, rotation)
        if (current !== undefined && rotation !== undefined) handOver(checkpoint, rotation, current)
        return verdict
      }
      if (!isSignedAs(checkpoint, before)) {
        return unknownKey(checkpoint, `the checkpoint of ${size} entries is not signed by ${before.name}+${before.id}`)
      }
      if (!isSignedBy(checkpoint, before)) {
        findings.add('bad-signature', size - 1, `the signature of the checkpoint of ${size} entries is not good`)
        return 'refused'
      }
      if (rotation !== undefined) handOver(checkpoint, rotation, before)
      return 'signed'
    },
    knows: (checkpoint) => isKnown(checkpoint, known, tenant, isSignedBy),
    cosigners: (checkpoint) =>
      trust
        .filter((key) => epochOf(checkpoint.origin, key.name, tenant) === undefined && isSignedBy(checkpoint, key))
        .map(({ name, id }) => `${name}+${id}`),
    signers: () => [...signers.values()],
    hasSigned: (key) => claims.has(key.id) || signers.has(verifierKeyText(key)),
    finish() {
      if (doubt !== undefined) findings.add('unknown-key', doubt.seq, doubt.because)
    },
  }
}

function isKnown(
  checkpoint: Checkpoint,
  known: readonly VerifierKey[],
  tenant: string,
  isSignedBy: IsSignedBy,
): boolean {
  return known.some((key) => epochOf(checkpoint.origin, key.name, tenant) !== undefined && isSignedBy(checkpoint, key))
}

function dataOf(entry: AuditEntry) {
  return rotationData().safeParse(entry.data).data
}

function keyIn(text: string): VerifierKey | undefined {
  try {
    return parseVerifierKey(text)
  } catch {
    // Whatever it is, it is no key to go on with, and the finding says so.
    return undefined
  }
}
