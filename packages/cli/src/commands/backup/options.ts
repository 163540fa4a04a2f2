import { fileSigner, type Signer } from '@mendkit/core'
import type { Call } from '../../run/command.ts'
import type { OptionSpecs } from '../../run/option-specs.ts'
import { UsageError } from '../../run/usage-error.ts'
import { checkpointsIn, keysIn } from '../audit/kept-files.ts'

/** The key that a backup is signed with. */
export const keyOption = {
  key: {
    type: 'string',
    value: 'file',
    says: 'the key file that signs the audit log, where it is signed [default: MENDKIT_KEY, else none]',
  },
} as const satisfies OptionSpecs

/** What a backup is judged by. */
export const judgingOptions = {
  trust: {
    type: 'string',
    value: 'file',
    says: 'verifier keys that may have signed the log and the backup, one a line, kept outside both; needed unless nobody signs the log',
  },
  anchor: {
    type: 'string',
    multiple: true,
    value: 'file',
    says: 'a checkpoint of any of the logs that was kept outside, as `mendkit audit checkpoint` prints it, or the file of an anchor sink: what it tells of must be there',
  },
} as const satisfies OptionSpecs

/** The signer that was named, if any. */
export function signerOf({ args, io }: Call): { readonly signer?: Signer } {
  const key = args.text('key') ?? (io.env['MENDKIT_KEY'] || undefined)
  return key === undefined ? {} : { signer: fileSigner(key) }
}

/** What was named to judge by. Throws `UsageError` for anchors without keys. */
export function judgedBy({ args }: Call): { readonly trust: readonly string[]; readonly anchors: readonly string[] } {
  const [trust, anchors] = [args.text('trust'), args.texts('anchor')]
  if (trust === undefined && anchors.length > 0) {
    throw new UsageError('--anchor needs --trust: a checkpoint counts by who signed it')
  }
  return { trust: trust === undefined ? [] : keysIn(trust), anchors: anchors.flatMap(checkpointsIn) }
}
