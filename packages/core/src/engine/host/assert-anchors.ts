import { MendkitError } from '../../errors.ts'

/** What options say about anchors. */
interface AnchorOptions {
  readonly system?: { readonly anchors?: readonly unknown[]; readonly signer?: unknown } | undefined
  readonly settings?:
    | {
        readonly audit?: { readonly anchorBefore?: unknown; readonly anchorQuorum?: number | undefined } | undefined
      }
    | undefined
}

/** Refuses anchors that could never be made. Throws `config` with the path of the option that is wrong or missing. */
export function assertAnchors({ system = {}, settings = {} }: AnchorOptions): void {
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
