import { MendkitError } from '../../errors.ts'
import type { MendkitOptions } from './options.ts'

/** Refuses anchors that could never be made. Throws `config` with the path of the option that is wrong or missing. */
export function assertAnchors({ system = {}, settings = {} }: Pick<MendkitOptions, 'system' | 'settings'>): void {
  const sinks = system.anchors?.length ?? 0
  if (sinks > 0 && system.signer === undefined) {
    throw wrong('system.signer', 'what is anchored is signed, so system.anchors needs a signer, such as fileSigner(…)')
  }
  const { anchorBefore, anchorQuorum = 1 } = settings.audit ?? {}
  if (anchorBefore === undefined || sinks >= anchorQuorum) return
  const says = `effects would wait for ${anchorQuorum} anchor sinks, and system.anchors has ${sinks}: none would ever be made`
  throw wrong('settings.audit.anchorBefore', says)
}

function wrong(path: string, says: string): MendkitError {
  return new MendkitError('config', `${path}: ${says}`, { path })
}
