create table mendkit_migration (version integer not null, name text not null, applied_at integer not null,
  primary key (version));

create table mendkit_schema (id integer not null, version integer not null, minimum_reader integer not null,
  primary key (id));

insert into mendkit_schema (id, version, minimum_reader) values (1, 0, 0);

create table mendkit_document (
  kind text not null, tenant text not null, id text not null,
  incident_id text, state text, revision integer not null, body text not null,
  primary key (kind, tenant, id));

create index mendkit_document_by_incident on mendkit_document (kind, tenant, incident_id, id);

create index mendkit_document_by_state on mendkit_document (kind, state, tenant, id);

create table mendkit_alert (
  seq integer primary key, tenant text not null, id text not null, id_hash integer not null, source text not null, status text not null,
  correlated text not null, starts_at integer not null, last_seen_at integer not null,
  incident_id text, symptom text not null, revision integer not null, body text not null);

create index mendkit_alert_by_id on mendkit_alert (id_hash);

create index mendkit_alert_pending on mendkit_alert (starts_at, seq) where correlated = 'pending';

create index mendkit_alert_unresolved on mendkit_alert (tenant, source, seq) where status <> 'resolved';

create index mendkit_alert_by_incident on mendkit_alert (tenant, incident_id, seq) where incident_id is not null;

create table mendkit_member (
  tenant text not null, incident_id text not null, alert_id text not null, episode integer not null,
  symptom text not null, joined_at text not null, because text not null,
  primary key (tenant, incident_id, alert_id, episode)) without rowid;

create table mendkit_symptom (
  tenant text not null, incident_id text not null, symptom text not null, alertname text not null,
  resource_key text not null, resource text, firing integer not null, suppressed integer not null,
  total integer not null,
  primary key (tenant, incident_id, symptom)) without rowid;

create index mendkit_symptom_firing on mendkit_symptom (tenant, resource_key, incident_id) where firing > 0;

create table mendkit_correlation_key (
  tenant text not null, cluster text not null, correlation_key text not null, incident_id text not null,
  starts_from integer not null, starts_until integer not null,
  primary key (tenant, cluster, correlation_key, incident_id)) without rowid;

create index mendkit_correlation_key_by_incident on mendkit_correlation_key (tenant, incident_id);

create table mendkit_due (
  tenant text not null, incident_id text not null, due_at integer, inputs integer not null,
  epoch integer not null, owner text, lease_until integer not null,
  primary key (tenant, incident_id)) without rowid;

create index mendkit_due_by_time on mendkit_due (due_at);

create table mendkit_counter (
  tenant text not null, name text not null, value integer not null,
  primary key (tenant, name)) without rowid;

create table mendkit_blob (
  tenant text not null, digest text not null, salt text not null, body blob not null,
  primary key (tenant, digest));

create table mendkit_history (
  tenant text not null, id text not null, kind text not null, incident_hash integer, alert_hash integer,
  resource_hash integer, name_hash integer not null, body text not null,
  primary key (tenant, id));

create index mendkit_history_by_kind on mendkit_history (tenant, kind, id);

create index mendkit_history_by_incident on mendkit_history (tenant, incident_hash, id);

create index mendkit_history_by_alert on mendkit_history (tenant, alert_hash, id);

create index mendkit_history_by_resource on mendkit_history (tenant, resource_hash, id);

create index mendkit_history_by_name on mendkit_history (tenant, name_hash, id);

create table mendkit_audit (
  tenant text not null, seq integer not null, bytes blob not null,
  primary key (tenant, seq));

create table mendkit_audit_head (
  tenant text not null, size integer not null, last text not null, frontier blob not null, log_key text,
  primary key (tenant)) without rowid;

create table mendkit_audit_tile (
  tenant text not null, level integer not null, start integer not null, hashes blob not null,
  primary key (tenant, level, start)) without rowid;

create table mendkit_audit_checkpoint (
  tenant text not null, size integer not null, note text not null,
  primary key (tenant, size)) without rowid;

create table mendkit_receipt (
  writer text not null, token text not null, at integer not null,
  primary key (writer)) without rowid;

create table mendkit_log_epoch (
  id integer not null, epoch integer not null, diverged text,
  primary key (id));

insert into mendkit_log_epoch (id, epoch, diverged) values (1, 1, null);

insert into mendkit_migration (version, name, applied_at) values (1, 'first tables', 0);

update mendkit_schema set version = 1, minimum_reader = 1 where id = 1;
