import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import { message } from '../../redact/message.ts'
import { isName, nameRule } from '../../redact/names.ts'

const name = z.string().min(1).refine(isName, nameRule)
const shape = once(() => z.looseObject({ id: name, roles: z.array(name), tenant: name, via: name }))

/**
 * Checks who gives a command: hosts build principals from tokens and sessions, and a principal's names stand in the audit log
 * beside what it did, so that a token taken for an id is refused. Throws `invalid` with the bad field's path.
 */
export function parsePrincipal(given: unknown, option: string): Principal {
  const parsed = shape().safeParse(given)
  if (parsed.success) {
    const { id, roles, tenant, via } = parsed.data
    return { id, roles, tenant, via }
  }
  const issue = parsed.error.issues[0]
  const path = [option, ...(issue?.path ?? [])].join('.')
  const text = message`${path}: ${issue?.message ?? 'is not valid'}; a principal is { id, roles, tenant, via }`
  throw new MendkitError('invalid', text, { path })
}
