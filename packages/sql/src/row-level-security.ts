import { MendkitError } from '@mendkit/core'
import { sql } from 'kysely'
import { z } from 'zod'
import { type Place, placed } from './place.ts'
import type { Database, Tables } from './tables.ts'

/** Tables whose rows belong to a tenant. */
type TenantTable = { [Table in keyof Tables]: 'tenant' extends keyof Tables[Table] ? Table : never }[keyof Tables]

/** Of each, whether rows are only ever added. */
const tenantTables: Readonly<Record<TenantTable, 'changes' | 'grows'>> = {
  mendkit_document: 'changes',
  mendkit_alert: 'changes',
  mendkit_history: 'changes',
  mendkit_member: 'changes',
  mendkit_symptom: 'changes',
  mendkit_correlation_key: 'changes',
  mendkit_due: 'changes',
  mendkit_counter: 'changes',
  mendkit_blob: 'changes',
  mendkit_audit: 'grows',
  mendkit_audit_head: 'changes',
  mendkit_audit_tile: 'grows',
  mendkit_audit_checkpoint: 'grows',
}

/**
 * Tables of the deployment, with what its hosts may do with them. Without rows of tenants there is nothing to hide. Anchors are in
 * another database.
 */
const sharedTables: Readonly<Record<Exclude<keyof Tables, TenantTable | 'mendkit_anchor'>, string>> = {
  mendkit_receipt: 'select, insert, update, delete',
  mendkit_schema: 'select',
  mendkit_migration: 'select',
  mendkit_log_epoch: 'select, update',
}

const sweep = `current_setting('mendkit.sweep', true)`
const isOwn = `tenant = current_setting('mendkit.tenant', true)`

/**
 * What the engine's sweeps see of all tenants, beside the rows of one: each in a transaction that says so and of one table. Only
 * due rows can be changed, to lease them.
 */
const sweeps: readonly { readonly table: TenantTable; readonly can: 'select' | 'update'; readonly where: string }[] = [
  { table: 'mendkit_due', can: 'select', where: `${sweep} = 'due'` },
  { table: 'mendkit_due', can: 'update', where: `${sweep} = 'due'` },
  { table: 'mendkit_alert', can: 'select', where: `correlated = 'pending' and ${sweep} = 'pending-alerts'` },
  { table: 'mendkit_audit_head', can: 'select', where: `${sweep} = 'logs'` },
  { table: 'mendkit_document', can: 'select', where: `${sweep} = 'documents ' || kind` },
]

/** The statements, which may be run again, by which PostgreSQL shows a role only the rows that a transaction is about. */
export function rowLevelSecuritySql(place: Place, role: string): readonly string[] {
  const ofTenants = Object.entries(tenantTables).flatMap(([table, rows]) => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    ...policy(table, 'tenant_only', `for all using (${isOwn}) with check (${isOwn})`),
    `grant ${rows === 'grows' ? 'select, insert' : 'select, insert, update, delete'} on ${table} to ${role}`,
  ])
  const ofSweeps = sweeps.flatMap(({ table, can, where }) =>
    policy(table, `sweep_${can}`, `for ${can} using (${where})`),
  )
  const shared = Object.entries(sharedTables).map(([table, can]) => `grant ${can} on ${table} to ${role}`)
  const usage = place.schema === undefined ? [] : [`grant usage on schema ${place.schema} to ${role}`]
  return [...usage, ...[...ofTenants, ...ofSweeps, ...shared].map((statement) => placed(statement, place))]
}

function policy(table: string, name: string, says: string): readonly string[] {
  return [`drop policy if exists ${name} on ${table}`, `create policy ${name} on ${table} ${says}`]
}

const facts = z.object({ forced: z.boolean(), active: z.boolean(), owner: z.boolean(), free: z.boolean() })

/**
 * Throws `config` when the tables are prepared for row-level security and the store was not told, as it would find nothing; or
 * when it was told, and the server would not hold this user to it.
 */
export async function assertRowLevelSecurity(
  db: Database,
  place: Place,
  wanted: boolean,
  database: string,
): Promise<void> {
  const names = Object.keys(tenantTables).map((table) => placed(table, place))
  const { rows } = await sql`
    select relrowsecurity and relforcerowsecurity as forced, row_security_active(c.oid) as active,
      pg_has_role(relowner, 'usage') as owner, rolsuper or rolbypassrls as free
    from pg_class c join pg_roles on rolname = current_user
    where c.oid in (${sql.join(names.map((name) => sql`to_regclass(${name})`))})`.execute(db)
  const tables = z.array(facts).parse(rows)
  const because = fault(tables, wanted, names.length)
  if (because !== undefined) throw new MendkitError('config', `${database} ${because}`, { path: 'rowLevelSecurity' })
}

function fault(tables: readonly z.infer<typeof facts>[], wanted: boolean, all: number): string | undefined {
  if (!wanted) {
    const says = 'shows a user only the rows of the tenant that it names; set `rowLevelSecurity: true`'
    return tables.some(({ active }) => active) ? says : undefined
  }
  const make = 'let the owner of its tables run `migrationsSql({ rowLevelSecurity })` first'
  if (tables.length < all) return `holds no tables, or not all of them, and \`rowLevelSecurity\` makes none; ${make}`
  if (!tables.every(({ forced }) => forced)) return `has tables without row-level security; ${make}`
  const user = 'connect as another role, the one that `migrationsSql` was given'
  if (tables.some(({ free }) => free)) return `lets this user see all rows, as a superuser or by BYPASSRLS; ${user}`
  if (tables.some(({ owner }) => owner)) return `belongs to this user, who could end row-level security; ${user}`
  return undefined
}
