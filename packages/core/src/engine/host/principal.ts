import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { Principal } from '../../model/principal.ts'

const name = z.string().min(1).max(1_024)
const shape = z.looseObject({ id: name, roles: z.array(name), tenant: name, via: name })

/** Checks who gives a command: hosts build principals from tokens and sessions. Throws `invalid` with the bad field's path. */
export function parsePrincipal(given: unknown, option: string): Principal {
  const parsed = shape.safeParse(given)
  if (parsed.success) {
    const { id, roles, tenant, via } = parsed.data
    return { id, roles, tenant, via }
  }
  const issue = parsed.error.issues[0]
  const path = [option, ...(issue?.path ?? [])].join('.')
  const text = `${path}: ${issue?.message ?? 'is not valid'}; a principal is { id, roles, tenant, via }`
  throw new MendkitError('invalid', text, { path })
}
