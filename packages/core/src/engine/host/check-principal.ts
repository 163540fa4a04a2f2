import { MendkitError } from '../../errors.ts'
import type { Principal } from '../../model/principal.ts'
import { message } from '../../redact/message.ts'
import { isName, nameRule } from '../../redact/names.ts'

/**
 * A principal whose names may stand in the audit log beside what it did. Throws `invalid` with the path of the first that
 * may not, such as a token that was taken for an id.
 */
export function checkedPrincipal(principal: Principal, path: string): Principal {
  const { id, tenant, via, roles } = principal
  const names: readonly (readonly [string, string])[] = [
    ['id', id],
    ['tenant', tenant],
    ['via', via],
    ...roles.map((role, index) => [`roles[${index}]`, role] as const),
  ]
  const bad = names.find(([, name]) => !isName(name))
  if (bad === undefined) return principal
  throw new MendkitError('invalid', message`${path}.${bad[0]} ${nameRule}`, { path: `${path}.${bad[0]}` })
}
