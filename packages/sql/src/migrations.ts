import { columnTypes } from './dialect.ts'

const { name, text, whole, bytes, rowNumber, inKey } = columnTypes

/** One step of the schema. */
interface Migration {
  readonly version: number
  readonly name: string
  /** The oldest schema version that a reader must know to read the tables after this step. */
  readonly minimumReader: number
  readonly statements: readonly string[]
}

/** All steps, in order. A released step never changes; new ones are added. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'first tables',
    minimumReader: 1,
    statements: [
      `create table mendkit_document (
  kind ${name} not null, tenant ${name} not null, id ${name} not null,
  incident_id ${name}, state ${name}, revision ${whole} not null, body ${text} not null,
  primary key (kind, tenant, id))`,
      'create index mendkit_document_by_incident on mendkit_document (kind, tenant, incident_id, id)',
      'create index mendkit_document_by_state on mendkit_document (kind, state, tenant, id)',
      `create table mendkit_alert (
  seq ${rowNumber}, tenant ${name} not null, id ${name} not null, id_hash ${whole} not null, source ${name} not null, status ${name} not null,
  correlated ${name} not null, starts_at ${whole} not null, last_seen_at ${whole} not null,
  incident_id ${name}, symptom ${text} not null, revision ${whole} not null, body ${text} not null)`,
      'create index mendkit_alert_by_id on mendkit_alert (id_hash)',
      `create index mendkit_alert_pending on mendkit_alert (starts_at, seq) where correlated = 'pending'`,
      `create index mendkit_alert_unresolved on mendkit_alert (tenant, source, seq) where status <> 'resolved'`,
      'create index mendkit_alert_by_incident on mendkit_alert (tenant, incident_id, seq) where incident_id is not null',
      `create table mendkit_member (
  tenant ${name} not null, incident_id ${name} not null, alert_id ${name} not null, episode ${whole} not null,
  symptom ${text} not null, joined_at ${text} not null, because ${text} not null,
  primary key (tenant, incident_id, alert_id, episode))${inKey}`,
      `create table mendkit_symptom (
  tenant ${name} not null, incident_id ${name} not null, symptom ${name} not null, alertname ${text} not null,
  resource_key ${name} not null, resource ${text}, firing ${whole} not null, suppressed ${whole} not null,
  total ${whole} not null,
  primary key (tenant, incident_id, symptom))${inKey}`,
      'create index mendkit_symptom_firing on mendkit_symptom (tenant, resource_key, incident_id) where firing > 0',
      `create table mendkit_correlation_key (
  tenant ${name} not null, cluster ${name} not null, correlation_key ${name} not null, incident_id ${name} not null,
  starts_from ${whole} not null, starts_until ${whole} not null,
  primary key (tenant, cluster, correlation_key, incident_id))${inKey}`,
      'create index mendkit_correlation_key_by_incident on mendkit_correlation_key (tenant, incident_id)',
      `create table mendkit_due (
  tenant ${name} not null, incident_id ${name} not null, due_at ${whole}, inputs ${whole} not null,
  epoch ${whole} not null, owner ${name}, lease_until ${whole} not null,
  primary key (tenant, incident_id))${inKey}`,
      'create index mendkit_due_by_time on mendkit_due (due_at)',
      `create table mendkit_counter (
  tenant ${name} not null, name ${name} not null, value ${whole} not null,
  primary key (tenant, name))${inKey}`,
      `create table mendkit_blob (
  tenant ${name} not null, digest ${name} not null, salt ${name} not null, body ${bytes} not null,
  primary key (tenant, digest))`,
      `create table mendkit_audit (
  tenant ${name} not null, seq ${whole} not null, bytes ${bytes} not null,
  primary key (tenant, seq))`,
      `create table mendkit_audit_head (
  tenant ${name} not null, size ${whole} not null, last ${name} not null,
  primary key (tenant))${inKey}`,
    ],
  },
]

/** What a database without any of our tables needs before the first step. */
export const beforeMigrations: readonly string[] = [
  `create table mendkit_migration (version ${whole} not null, name ${name} not null, applied_at ${whole} not null,
  primary key (version))`,
  `create table mendkit_schema (id ${whole} not null, version ${whole} not null, minimum_reader ${whole} not null,
  primary key (id))`,
  'insert into mendkit_schema (id, version, minimum_reader) values (1, 0, 0)',
]

/** The statements of a step, with those that record it. `at` is a time in ms since 1970. */
export function statementsOf(migration: Migration, at: number): readonly string[] {
  const { version, minimumReader } = migration
  return [
    ...migration.statements,
    `insert into mendkit_migration (version, name, applied_at) values (${version}, '${migration.name}', ${at})`,
    `update mendkit_schema set version = ${version}, minimum_reader = ${minimumReader} where id = 1`,
  ]
}

/**
 * The whole schema as SQL text, for hosts that run migrations by their own tool. Run it in one transaction; `open` then
 * finds the schema in place and changes nothing. With `after`, only the steps that follow that version.
 */
export function migrationsSql({ after = 0 }: { readonly after?: number } = {}): string {
  const steps = migrations.filter((migration) => migration.version > after)
  const statements = [...(after === 0 ? beforeMigrations : []), ...steps.flatMap((step) => statementsOf(step, 0))]
  return statements.map((statement) => `${statement};\n`).join('\n')
}
