import { MendkitError } from '../../errors.ts'
import type { BlastRadius, PlannedAction, Preview } from '../../model/plan.ts'
import type { LabelledResource, Resource } from '../../model/resource.ts'
import { message } from '../../redact/message.ts'
import { nameRule } from '../../redact/names.ts'
import { redact } from '../../redact/redact.ts'
import { redactLabelled, redactResource, resourceFault } from '../../redact/redact-resource.ts'

/** What an action says in words and codes, redacted: it can quote other systems, and it goes to people and into the log. */
export function wordsOf(preview: Preview): Pick<PlannedAction, 'managedBy' | 'doubts' | 'autonomyLimit' | 'refused'> {
  return {
    managedBy: (preview.managedBy ?? []).map((each) => redact(each)),
    doubts: (preview.doubts ?? []).map((each) => redact(each)),
    ...(preview.autonomyLimit && { autonomyLimit: preview.autonomyLimit }),
    ...(preview.refused !== undefined && { refused: redact(preview.refused) }),
  }
}

/**
 * The target of a preview as it may stand in the log; secrets in values of labels are redacted. Throws `invalid` with the
 * path of a part of it that is no name: acting on a redacted name would be acting on something else.
 */
export function checkedTarget(type: string, target: LabelledResource): LabelledResource {
  const fault = resourceFault(target)
  if (fault === undefined) return redactLabelled(target)
  const path = `target.${fault}`
  throw new MendkitError('invalid', message`the preview of ${type} was refused: ${path} ${nameRule}`, { path })
}

/** A blast radius as it may stand in the log. */
export function redactRadius(radius: BlastRadius): BlastRadius {
  return { ...radius, resources: radius.resources.map((each: Resource) => redactResource(each)) }
}
