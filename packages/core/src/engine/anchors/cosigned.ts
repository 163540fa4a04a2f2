import { parseCheckpoint } from '../../audit/checkpoint.ts'
import { signatureLine } from '../../audit/note.ts'
import type { CallContext } from '../../ports/context.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/**
 * A checkpoint with the certifier's signature added. An anchor without it is worth more than none, so what fails is told, and
 * the checkpoint goes on as it is.
 */
export async function cosigned(parts: Parts, note: string, ctx: CallContext): Promise<string> {
  const { certifier } = parts
  if (certifier === undefined) return note
  try {
    const { body } = parseCheckpoint(note)
    const signature = await callPort(parts, `certifier ${certifier.id}`, ctx, (within) => certifier.sign(body, within))
    return `${note}${signatureLine(certifier, signature)}`
  } catch (error) {
    ctx.signal.throwIfAborted()
    parts.metrics.count('mendkit_certifier_failures_total', { certifier: certifier.id })
    parts.log.warn(describeFailure(`certifier ${certifier.id} did not co-sign an anchor, which is kept without`, error))
    return note
  }
}
