import { z } from 'zod'
import { parseCertifierKey } from '../../audit/certifier-key.ts'
import { keyStatement } from '../../audit/key-statement.ts'
import { logOrigin } from '../../audit/log-origin.ts'
import { sha256 } from '../../audit/seal.ts'
import { parseVerifierKey, verifierKeyOf, verifierKeyText } from '../../audit/verifier-key.ts'
import { MendkitError } from '../../errors.ts'
import type { AuditHead } from '../../model/audit-entry.ts'
import type { LogKeyCertificate } from '../../model/log-key.ts'
import { once } from '../../once.ts'
import type { CallContext } from '../../ports/context.ts'
import type { KeyCertifier } from '../../ports/key-certifier.ts'
import { message } from '../../redact/message.ts'
import { callPort } from '../call.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'

/** What the newest certificate of a log is for. */
type Certified = Pick<LogKeyCertificate, 'origin' | 'verifierKey' | 'certifier'>

/** A key of a log that is to be certified. */
export interface UncertifiedKey {
  readonly tenant: string
  readonly wanted: Certified
  /** Whether this host may write to the log. */
  readonly isOwn: boolean
  /** Of the setting that says what is certified. */
  readonly revision: number
}

/** Id of a tenant's setting that says for what its log holds a certificate. Verification believes none of it. */
const certifiedId = 'key-certificate'
const certifiedShape = once(() => z.object({ origin: z.string(), verifierKey: z.string(), certifier: z.string() }))

/** Longest signature of a key that certifies, with room to spare: RSA of 16,384 bits. */
const maxSignature = 2_048

/** The key of a log when this certifier has not certified it for the log's origin; undefined when it has. */
export async function uncertifiedKey(
  parts: Parts,
  certifier: KeyCertifier,
  tenant: string,
  ctx: CallContext,
): Promise<UncertifiedKey | undefined> {
  const head = await parts.store.auditHead(tenant, ctx)
  const setting = await parts.store.get('setting', tenant, certifiedId, ctx)
  const wanted = wantedOf(parts, certifier, tenant, head)
  const { data } = certifiedShape().safeParse(setting?.value)
  const isCertified =
    data?.origin === wanted.origin && data.verifierKey === wanted.verifierKey && data.certifier === wanted.certifier
  return isCertified ? undefined : { tenant, wanted, isOwn: isOwn(parts, head), revision: setting?.revision ?? 0 }
}

function isOwn({ logKeys: { signer, nextSigner } }: Parts, { key, diverged }: AuditHead): boolean {
  if (diverged === true) return false
  return key === undefined || [signer, nextSigner].some((one) => one && verifierKeyText(verifierKeyOf(one)) === key)
}

function wantedOf({ logKeys }: Parts, { id }: KeyCertifier, tenant: string, head: AuditHead): Certified {
  const { signer } = logKeys
  if (signer === undefined) throw new TypeError('a key certifier without a signer, which the options refuse')
  const verifierKey = head.key ?? verifierKeyText(verifierKeyOf(signer))
  const { name } = parseVerifierKey(verifierKey)
  return { origin: logOrigin(name, tenant, head.epoch), verifierKey, certifier: id }
}

/** Asks for a certificate. Throws what the certifier does, and `bad-response` for a signature that is not good under its public key. */
export async function askCertificate(
  parts: Parts,
  certifier: KeyCertifier,
  { wanted }: UncertifiedKey,
  ctx: CallContext,
): Promise<LogKeyCertificate> {
  const { algorithm, fingerprint, isSignedBy } = parseCertifierKey(certifier.publicKey)
  const says = { ...wanted, certifiedAt: new Date(await parts.store.now(ctx)).toISOString() }
  const statement = keyStatement(says)
  const signature: unknown = await callPort(parts, `key certifier ${certifier.id}`, ctx, (within) =>
    certifier.certify(Uint8Array.from(statement), within),
  )
  const isGood = signature instanceof Uint8Array && signature.length <= maxSignature && isSignedBy(statement, signature)
  if (!isGood) {
    const what = message`key certifier ${certifier.id} answered with a signature that is not good under its public key`
    const todo =
      'see that `publicKey` is that of the key that signs, and that it signs the message itself and no digest of it'
    throw new MendkitError('bad-response', `${what}: ${todo}`)
  }
  return {
    ...says,
    statement: sha256(statement),
    keyId: certifier.keyId,
    algorithm,
    certifierKey: fingerprint,
    signature: Buffer.from(signature).toString('base64'),
  }
}

/** Puts a certificate into the log. False when another host was first. */
export async function storeCertificate(
  parts: Parts,
  { tenant, wanted, revision }: UncertifiedKey,
  certificate: LogKeyCertificate,
  ctx: CallContext,
): Promise<boolean> {
  const row = { tenant, id: certifiedId, value: wanted, revision }
  const entry = draft(parts, 'log-key-certified', { kind: 'engine', id: tenant }, certificate)
  const put = [{ kind: 'document', table: 'setting', row }] as const
  const { kind } = await parts.store.commit({ tenant, expect: [], put, audit: [entry] }, ctx)
  return kind === 'committed'
}
