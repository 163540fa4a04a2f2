import { MendkitError } from '../errors.ts'
import type { AuditHead } from '../model/audit-entry.ts'
import type { AuditDraft } from '../model/event.ts'
import type { LogKeys, Signer } from '../ports/signer.ts'
import { message } from '../redact/message.ts'
import { parseVerifierKey, verifierKeyOf, verifierKeyText } from './verifier-key.ts'

/** Who signs a group of entries, and the verifier key that must sign the next one. */
interface Signing {
  readonly signers: readonly Signer[]
  readonly key: string
}

/**
 * Who signs what these drafts add; undefined for a log that nobody signs. Throws `config` when the log's key is not
 * among those that were given, and for a rotation that does not lead from the one key to the other.
 */
export function signingOf(
  tenant: string,
  head: AuditHead,
  drafts: readonly AuditDraft[],
  keys: LogKeys,
): Signing | undefined {
  const current = currentSigner(tenant, head, keys)
  const rotations = drafts.filter((draft) => draft.type === 'log-key-rotated')
  const [rotation] = rotations
  if (rotation === undefined) return current && { signers: [current], key: textOf(current) }
  const next = keys.nextSigner
  const leads =
    current !== undefined &&
    next !== undefined &&
    rotations.length === 1 &&
    next.name === current.name &&
    textOf(next) !== textOf(current) &&
    rotation.data.from === verifierKeyOf(current).id &&
    rotation.data.verifierKey === textOf(next)
  if (leads) return { signers: [current, next], key: textOf(next) }
  const what = message`the audit log of tenant ${tenant} cannot change its key like this`
  const wanted = 'both keys must be there, the old one that of the log and the new one another of the same name'
  throw new MendkitError('config', `${what}: ${wanted}`)
}

function currentSigner(tenant: string, head: AuditHead, { signer, nextSigner }: LogKeys): Signer | undefined {
  if (head.key === undefined) return signer
  const given = [signer, nextSigner].filter((one) => one !== undefined)
  const current = given.find((one) => textOf(one) === head.key)
  if (current !== undefined) return current
  const { name, id } = parseVerifierKey(head.key)
  const have = given.length === 0 ? 'no key was given' : `the key given is ${given.map(named).join(' and ')}`
  const what = message`the audit log of tenant ${tenant} is signed with key ${name}+${id}, and ${have}`
  const todo = 'give that key (system.signer, or --key or MENDKIT_KEY on the command line)'
  throw new MendkitError('config', `${what}: ${todo}, or rotate to the new one with \`mendkit audit rotate\``, {
    path: 'system.signer',
  })
}

function textOf(signer: Signer): string {
  return verifierKeyText(verifierKeyOf(signer))
}

function named(signer: Signer): string {
  return `${signer.name}+${verifierKeyOf(signer).id}`
}
