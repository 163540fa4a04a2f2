import type { Ddl } from './dialect/dialect.ts'
import { dialects } from './dialect/dialects.ts'
import { checkMigrationsOptions } from './options.ts'
import { placed, usualPrefix } from './place.ts'
import { rowLevelSecuritySql } from './row-level-security.ts'

/** One step of the schema. */
export interface Migration {
  readonly version: number
  readonly name: string
  /** The oldest schema version that a reader must know to read the tables after this step. */
  readonly minimumReader: number
  readonly statements: (ddl: Ddl) => readonly string[]
}

/** All steps, in order. A released step never changes; new ones are added. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'first tables',
    minimumReader: 1,
    statements: ({ short, name, text, whole, bytes, rowNumber, inKey, partialIndex, ownTables, ownIndexes }) => [
      ...ownTables,
      `create table mendkit_document (
  kind ${short} not null, tenant ${short} not null, id ${name} not null,
  incident_id ${short}, state ${short}, revision ${whole} not null, body ${text} not null,
  primary key (kind, tenant, id))`,
      'create index mendkit_document_by_incident on mendkit_document (kind, tenant, incident_id, id)',
      'create index mendkit_document_by_state on mendkit_document (kind, state, tenant, id)',
      `create table mendkit_alert (
  seq ${rowNumber}, tenant ${short} not null, id ${name} not null, id_hash ${whole} not null, source ${short} not null, status ${short} not null,
  correlated ${short} not null, starts_at ${whole} not null, last_seen_at ${whole} not null,
  incident_id ${short}, symptom ${text} not null, revision ${whole} not null, body ${text} not null)`,
      'create index mendkit_alert_by_id on mendkit_alert (id_hash)',
      partialIndex('mendkit_alert_pending', {
        table: 'mendkit_alert',
        columns: 'starts_at, seq',
        where: `correlated = 'pending'`,
        instead: 'correlated, starts_at, seq',
      }),
      partialIndex('mendkit_alert_unresolved', {
        table: 'mendkit_alert',
        columns: 'tenant, source, seq',
        where: `status <> 'resolved'`,
        instead: 'tenant, source, status, seq',
      }),
      partialIndex('mendkit_alert_by_incident', {
        table: 'mendkit_alert',
        columns: 'tenant, incident_id, seq',
        where: 'incident_id is not null',
        instead: 'tenant, incident_id, seq',
      }),
      `create table mendkit_member (
  tenant ${short} not null, incident_id ${short} not null, alert_id ${name} not null, episode ${whole} not null,
  symptom ${text} not null, joined_at ${text} not null, because ${text} not null,
  primary key (tenant, incident_id, alert_id, episode))${inKey}`,
      `create table mendkit_symptom (
  tenant ${short} not null, incident_id ${short} not null, symptom ${name} not null, alertname ${text} not null,
  resource_key ${name} not null, resource ${text}, firing ${whole} not null, suppressed ${whole} not null,
  total ${whole} not null,
  primary key (tenant, incident_id, symptom))${inKey}`,
      partialIndex('mendkit_symptom_firing', {
        table: 'mendkit_symptom',
        columns: 'tenant, resource_key, incident_id',
        where: 'firing > 0',
        instead: 'tenant, resource_key, incident_id',
      }),
      `create table mendkit_correlation_key (
  tenant ${short} not null, cluster ${short} not null, correlation_key ${name} not null, incident_id ${short} not null,
  starts_from ${whole} not null, starts_until ${whole} not null,
  primary key (tenant, cluster, correlation_key, incident_id))${inKey}`,
      'create index mendkit_correlation_key_by_incident on mendkit_correlation_key (tenant, incident_id)',
      `create table mendkit_due (
  tenant ${short} not null, incident_id ${short} not null, due_at ${whole}, inputs ${whole} not null,
  epoch ${whole} not null, owner ${short}, lease_until ${whole} not null,
  primary key (tenant, incident_id))${inKey}`,
      'create index mendkit_due_by_time on mendkit_due (due_at)',
      `create table mendkit_counter (
  tenant ${short} not null, name ${name} not null, value ${whole} not null,
  primary key (tenant, name))${inKey}`,
      `create table mendkit_blob (
  tenant ${short} not null, digest ${short} not null, salt ${short} not null, body ${bytes} not null,
  primary key (tenant, digest))`,
      `create table mendkit_history (
  tenant ${short} not null, id ${short} not null, kind ${short} not null, incident_hash ${whole}, alert_hash ${whole},
  resource_hash ${whole}, name_hash ${whole} not null, body ${text} not null,
  primary key (tenant, id))`,
      'create index mendkit_history_by_kind on mendkit_history (tenant, kind, id)',
      'create index mendkit_history_by_incident on mendkit_history (tenant, incident_hash, id)',
      'create index mendkit_history_by_alert on mendkit_history (tenant, alert_hash, id)',
      'create index mendkit_history_by_resource on mendkit_history (tenant, resource_hash, id)',
      'create index mendkit_history_by_name on mendkit_history (tenant, name_hash, id)',
      `create table mendkit_audit (
  tenant ${short} not null, seq ${whole} not null, bytes ${bytes} not null,
  primary key (tenant, seq))`,
      `create table mendkit_audit_head (
  tenant ${short} not null, size ${whole} not null, last ${short} not null, frontier ${bytes} not null, log_key ${text},
  primary key (tenant))${inKey}`,
      `create table mendkit_audit_tile (
  tenant ${short} not null, level ${whole} not null, start ${whole} not null, hashes ${bytes} not null,
  primary key (tenant, level, start))${inKey}`,
      `create table mendkit_audit_checkpoint (
  tenant ${short} not null, size ${whole} not null, note ${text} not null,
  primary key (tenant, size))${inKey}`,
      `create table mendkit_receipt (
  writer ${short} not null, token ${short} not null, at ${whole} not null,
  primary key (writer))${inKey}`,
      `create table mendkit_log_epoch (
  id ${whole} not null, epoch ${whole} not null, diverged ${text},
  primary key (id))`,
      'insert into mendkit_log_epoch (id, epoch, diverged) values (1, 1, null)',
      ...ownIndexes,
    ],
  },
]

/** What a database without any of our tables needs before the first step. */
export function beforeMigrations({ name, whole }: Ddl): readonly string[] {
  return [
    `create table mendkit_migration (version ${whole} not null, name ${name} not null, applied_at ${whole} not null,
  primary key (version))`,
    `create table mendkit_schema (id ${whole} not null, version ${whole} not null, minimum_reader ${whole} not null,
  primary key (id))`,
    'insert into mendkit_schema (id, version, minimum_reader) values (1, 0, 0)',
  ]
}

/** The statements of a step, with those that record it. `at` is a time in ms since 1970. */
export function statementsOf(migration: Migration, ddl: Ddl, at: number): readonly string[] {
  const { version, minimumReader } = migration
  return [
    ...migration.statements(ddl),
    `insert into mendkit_migration (version, name, applied_at) values (${version}, '${migration.name}', ${at})`,
    `update mendkit_schema set version = ${version}, minimum_reader = ${minimumReader} where id = 1`,
  ]
}

/** Which schema `migrationsSql` writes. */
export interface MigrationsSqlOptions {
  /** Only the steps that follow this version. @default 0, which is all of them */
  readonly after?: number
  /** Only the steps up to this version, which an older release of this package made. @default all of them */
  readonly through?: number
  /** The database that it is for; `mysql` is for MariaDB too. @default 'sqlite' */
  readonly database?: 'sqlite' | 'postgres' | 'mysql'
  /** As in the options of `sqlStore`; made where it is not there. */
  readonly schema?: string
  /** As in the options of `sqlStore`. @default 'mendkit_' */
  readonly prefix?: string
  /**
   * PostgreSQL: also what `rowLevelSecurity` of `sqlStore` needs, and what this role, which must be another than the owner of
   * the tables, may do. It may be run again, and is to be with every later step.
   */
  readonly rowLevelSecurity?: { readonly role: string }
}

/**
 * The whole schema as SQL text, for hosts that run migrations by their own tool. Run it in one transaction; `open` then
 * finds the schema in place and changes nothing. Throws `config` for a name that cannot be one.
 */
export function migrationsSql(options: MigrationsSqlOptions = {}): string {
  const {
    after = 0,
    through = Number.POSITIVE_INFINITY,
    database = 'sqlite',
    schema,
    prefix = usualPrefix,
    rowLevelSecurity,
  } = options
  checkMigrationsOptions(options)
  const place = { schema, prefix }
  const { ddl } = dialects[database]
  const steps = migrations.filter(({ version }) => version > after && version <= through)
  const statements = [
    ...(after === 0 ? beforeMigrations(ddl) : []),
    ...steps.flatMap((step) => statementsOf(step, ddl, 0)),
  ].map((statement) => placed(statement, place))
  const first = schema === undefined || after > 0 ? [] : [`create schema if not exists ${schema}`]
  const last = rowLevelSecurity === undefined ? [] : rowLevelSecuritySql(place, rowLevelSecurity.role)
  return [...first, ...statements, ...last].map((statement) => `${statement};\n`).join('\n')
}
