create table mendkit_migration (version bigint not null, name varbinary(1000) not null, applied_at bigint not null,
  primary key (version));

create table mendkit_schema (id bigint not null, version bigint not null, minimum_reader bigint not null,
  primary key (id));

insert into mendkit_schema (id, version, minimum_reader) values (1, 0, 0);

create table mendkit_latch (tenant varbinary(255) not null, primary key (tenant));

create table mendkit_document (
  kind varbinary(255) not null, tenant varbinary(255) not null, id varbinary(1000) not null,
  incident_id varbinary(255), state varbinary(255), revision bigint not null, body longtext character set utf8mb4 not null,
  primary key (kind, tenant, id));

create index mendkit_document_by_incident on mendkit_document (kind, tenant, incident_id, id);

create index mendkit_document_by_state on mendkit_document (kind, state, tenant, id);

create table mendkit_alert (
  seq bigint not null auto_increment primary key, tenant varbinary(255) not null, id varbinary(1000) not null, id_hash bigint not null, source varbinary(255) not null, status varbinary(255) not null,
  correlated varbinary(255) not null, starts_at bigint not null, last_seen_at bigint not null,
  incident_id varbinary(255), symptom longtext character set utf8mb4 not null, revision bigint not null, body longtext character set utf8mb4 not null);

create index mendkit_alert_by_id on mendkit_alert (id_hash);

create index mendkit_alert_pending on mendkit_alert (correlated, starts_at, seq);

create index mendkit_alert_unresolved on mendkit_alert (tenant, source, status, seq);

create index mendkit_alert_by_incident on mendkit_alert (tenant, incident_id, seq);

create table mendkit_member (
  tenant varbinary(255) not null, incident_id varbinary(255) not null, alert_id varbinary(1000) not null, episode bigint not null,
  symptom longtext character set utf8mb4 not null, joined_at longtext character set utf8mb4 not null, because longtext character set utf8mb4 not null,
  primary key (tenant, incident_id, alert_id, episode));

create table mendkit_symptom (
  tenant varbinary(255) not null, incident_id varbinary(255) not null, symptom varbinary(1000) not null, alertname longtext character set utf8mb4 not null,
  resource_key varbinary(1000) not null, resource longtext character set utf8mb4, firing bigint not null, suppressed bigint not null,
  total bigint not null,
  primary key (tenant, incident_id, symptom));

create index mendkit_symptom_firing on mendkit_symptom (tenant, resource_key, incident_id);

create table mendkit_correlation_key (
  tenant varbinary(255) not null, cluster varbinary(255) not null, correlation_key varbinary(1000) not null, incident_id varbinary(255) not null,
  starts_from bigint not null, starts_until bigint not null,
  primary key (tenant, cluster, correlation_key, incident_id));

create index mendkit_correlation_key_by_incident on mendkit_correlation_key (tenant, incident_id);

create table mendkit_due (
  tenant varbinary(255) not null, incident_id varbinary(255) not null, due_at bigint, inputs bigint not null,
  epoch bigint not null, owner varbinary(255), lease_until bigint not null,
  primary key (tenant, incident_id));

create index mendkit_due_by_time on mendkit_due (due_at);

create table mendkit_counter (
  tenant varbinary(255) not null, name varbinary(1000) not null, value bigint not null,
  primary key (tenant, name));

create table mendkit_blob (
  tenant varbinary(255) not null, digest varbinary(255) not null, salt varbinary(255) not null, body longblob not null,
  primary key (tenant, digest));

create table mendkit_history (
  tenant varbinary(255) not null, id varbinary(255) not null, kind varbinary(255) not null, incident_hash bigint, alert_hash bigint,
  resource_hash bigint, name_hash bigint not null, body longtext character set utf8mb4 not null,
  primary key (tenant, id));

create index mendkit_history_by_kind on mendkit_history (tenant, kind, id);

create index mendkit_history_by_incident on mendkit_history (tenant, incident_hash, id);

create index mendkit_history_by_alert on mendkit_history (tenant, alert_hash, id);

create index mendkit_history_by_resource on mendkit_history (tenant, resource_hash, id);

create index mendkit_history_by_name on mendkit_history (tenant, name_hash, id);

create table mendkit_audit (
  tenant varbinary(255) not null, seq bigint not null, bytes longblob not null,
  primary key (tenant, seq));

create table mendkit_audit_head (
  tenant varbinary(255) not null, size bigint not null, last varbinary(255) not null, frontier longblob not null, log_key longtext character set utf8mb4,
  primary key (tenant));

create table mendkit_audit_tile (
  tenant varbinary(255) not null, level bigint not null, start bigint not null, hashes longblob not null,
  primary key (tenant, level, start));

create table mendkit_audit_checkpoint (
  tenant varbinary(255) not null, size bigint not null, note longtext character set utf8mb4 not null,
  primary key (tenant, size));

create table mendkit_receipt (
  writer varbinary(255) not null, token varbinary(255) not null, at bigint not null,
  primary key (writer));

create table mendkit_log_epoch (
  id bigint not null, epoch bigint not null, diverged longtext character set utf8mb4,
  primary key (id));

insert into mendkit_log_epoch (id, epoch, diverged) values (1, 1, null);

create unique index mendkit_alert_once on mendkit_alert (tenant, id);

insert into mendkit_migration (version, name, applied_at) values (1, 'first tables', 0);

update mendkit_schema set version = 1, minimum_reader = 1 where id = 1;
