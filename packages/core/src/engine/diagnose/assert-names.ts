import { MendkitError } from '../../errors.ts'
import type { Resource } from '../../model/resource.ts'
import type { Analysis } from '../../ports/analysis.ts'
import { message } from '../../redact/message.ts'
import { codeRule, isCode, nameRule } from '../../redact/names.ts'
import { resourceFault } from '../../redact/redact-resource.ts'

/** Refuses an analysis whose names could not stand in the audit log. Throws `invalid` with the path of the first. */
export function assertNames(analyzer: string, { hypotheses, actions }: Analysis): void {
  const refuse = (path: string, rule: string): never => {
    throw new MendkitError('invalid', message`analyzer ${analyzer}: ${path} ${rule}`, { path })
  }
  const assertResource = (path: string, resource: Resource | undefined) => {
    const fault = resource && resourceFault(resource)
    if (fault !== undefined) refuse(`${path}.${fault}`, nameRule)
  }
  for (const [index, { cause, rootCause }] of hypotheses.entries()) {
    if (!isCode(cause)) refuse(`hypotheses[${index}].cause`, codeRule)
    assertResource(`hypotheses[${index}].rootCause`, rootCause)
  }
  for (const [index, { type, target }] of actions.entries()) {
    if (!isCode(type)) refuse(`actions[${index}].type`, codeRule)
    assertResource(`actions[${index}].target`, target)
  }
}
