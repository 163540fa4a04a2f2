import type { LogKeyCertificate } from '../model/log-key.ts'
import type { CertifierKey } from './certifier-key.ts'
import type { Findings } from './findings.ts'
import type { KeyChain } from './key-chain.ts'
import { keyStatement, parseKeyCertificate } from './key-statement.ts'
import { epochOf } from './log-origin.ts'
import type { AuditEntry } from './parse-entry.ts'
import { sha256 } from './seal.ts'
import { parseVerifierKey, type VerifierKey, verifierKeyText } from './verifier-key.ts'

/** Whether one key that signed the log is certified by a certifier that is trusted. */
export interface KeyCertification {
  /** The verifier key, as text. */
  readonly key: string
  /** `unread`: a certificate may stand before where the verification began. */
  readonly status: 'certified' | 'uncertified' | 'unread'
  /** The newest good certificate; absent unless `certified`. */
  readonly certificate?: Pick<LogKeyCertificate, 'origin' | 'certifiedAt' | 'certifier' | 'keyId'> & {
    /** Number of its entry. */
    readonly seq: number
  }
}

/** Judges the certificates that stand in a log. */
export interface KeyCertificates {
  read(entry: AuditEntry): void
  /** Tells of each key that signed whether it is certified; `from` is the number of the first entry that was read. */
  finish(keys: KeyChain, from: number): readonly KeyCertification[]
}

/** Certificates kept to be told of: a log has one for each key and origin. Later ones only make earlier ones older. */
const maxKeys = 1_000

interface Held {
  readonly seq: number
  readonly key: VerifierKey
  readonly certificate: LogKeyCertificate
}

/** Judges by these certifiers; without any, no certificate is looked at, and no key is told of. */
export function keyCertificates(
  tenant: string,
  certifiers: readonly CertifierKey[],
  findings: Findings,
): KeyCertificates {
  /** The newest good one of each key. */
  const good = new Map<string, Held>()

  /** A good certificate, else what is wrong with it; undefined for one of a certifier that nobody trusts: of it nothing is known. */
  function judge({ seq, data }: AuditEntry): Held | string | undefined {
    const certificate = parseKeyCertificate(data)
    const key = certificate && keyIn(certificate.verifierKey)
    if (certificate === undefined || key === undefined) return 'cannot be read'
    const certifier = certifiers.find(({ fingerprint }) => fingerprint === certificate.certifierKey)
    if (certifier === undefined) return undefined
    const statement = keyStatement(certificate)
    const isSigned =
      certificate.algorithm === certifier.algorithm &&
      certificate.statement === sha256(statement) &&
      certifier.isSignedBy(statement, Buffer.from(certificate.signature, 'base64'))
    if (!isSigned) return `is not signed by ${certificate.certifier} over what it says`
    const isOfThisLog = epochOf(certificate.origin, key.name, tenant) !== undefined
    return isOfThisLog ? { seq, key, certificate } : `is for the log ${certificate.origin}, which is another one`
  }

  return {
    read(entry) {
      const judged = certifiers.length > 0 ? judge(entry) : undefined
      if (judged === undefined) return
      if (typeof judged === 'string') {
        findings.add('bad-certificate', entry.seq, `the certificate in entry ${entry.seq} ${judged}`)
        return
      }
      const { verifierKey } = judged.certificate
      if (good.size < maxKeys || good.has(verifierKey)) good.set(verifierKey, judged)
    },
    finish(keys, from) {
      if (certifiers.length === 0) return []
      for (const { seq, key } of good.values()) {
        // Keys before the start are not known, and one that handed over since may have been certified late.
        if (from > 0 || keys.hasSigned(key)) continue
        const because = `the certificate in entry ${seq} is for key ${key.name}+${key.id}, which did not sign this log`
        findings.add('bad-certificate', seq, because)
      }
      return keys.signers().map((key) => certificationOf(verifierKeyText(key), from))
    },
  }

  function certificationOf(key: string, from: number): KeyCertification {
    const held = good.get(key)
    if (held === undefined) return { key, status: from > 0 ? 'unread' : 'uncertified' }
    const { origin, certifiedAt, certifier, keyId } = held.certificate
    return { key, status: 'certified', certificate: { seq: held.seq, origin, certifiedAt, certifier, keyId } }
  }
}

function keyIn(text: string): VerifierKey | undefined {
  try {
    return parseVerifierKey(text)
  } catch {
    // A certificate for what is no key; the finding says so.
    return undefined
  }
}
