import { MendkitError } from '@mendkit/core'
import type { Session } from '../../store/session.ts'

/** What is said where a tenant has no log: most likely its name, or that of the database, is mistyped. */
export function noLog({ by, database }: Session, consequence: string): MendkitError {
  const text = `tenant ${by.tenant} has no audit log in ${database}, so ${consequence}: name the tenant with --tenant, and the database with --db`
  return new MendkitError('not-found', text)
}

/** Whether anything was ever recorded of the tenant. */
export async function hasLog({ mendkit }: Pick<Session, 'mendkit'>): Promise<boolean> {
  return (await mendkit.audit.read({ from: 0, limit: 1 })).length > 0
}

/** Throws `not-found` where the tenant has no log. */
export async function demandLog(session: Session, consequence: string): Promise<void> {
  if (!(await hasLog(session))) throw noLog(session, consequence)
}
