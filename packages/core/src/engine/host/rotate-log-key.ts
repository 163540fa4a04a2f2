import { verifierKeyOf, verifierKeyText } from '../../audit/verifier-key.ts'
import { MendkitError } from '../../errors.ts'
import type { Principal } from '../../model/principal.ts'
import { draft } from '../draft.ts'
import type { Engine } from './engine.ts'
import { actorOf } from './write.ts'

/** Hands the log of the principal's tenant over to the next key. */
export async function rotateLogKey({ parts, context }: Engine, by: Principal): Promise<void> {
  const { signer, nextSigner } = parts.logKeys
  if (signer === undefined || nextSigner === undefined) {
    const says =
      'to change the key of the log takes both keys: the old one as system.signer, the new one as system.nextSigner'
    throw new MendkitError('config', says, { path: 'system.nextSigner' })
  }
  const [from, to] = [verifierKeyOf(signer), verifierKeyOf(nextSigner)]
  const data = { from: from.id, to: to.id, verifierKey: verifierKeyText(to) }
  const entry = draft(parts, 'log-key-rotated', { kind: 'engine', id: by.tenant }, data, { actor: actorOf(by) })
  await parts.store.commit({ tenant: by.tenant, expect: [], put: [], audit: [entry] }, context())
}
