import type { EventType } from '../../model/event.ts'

/** The version of the Open Cybersecurity Schema Framework that events are written in. */
export const ocsfVersion = '1.5.0'

/** The classes of OCSF that entries become, by their number within the schema. */
export const ocsfClasses = {
  base: { uid: 0, category: 0, name: 'Base Event', categoryName: 'Uncategorized' },
  detection: { uid: 2004, category: 2, name: 'Detection Finding', categoryName: 'Findings' },
  incident: { uid: 2005, category: 2, name: 'Incident Finding', categoryName: 'Findings' },
  entity: { uid: 3004, category: 3, name: 'Entity Management', categoryName: 'Identity & Access Management' },
  lifecycle: { uid: 6002, category: 6, name: 'Application Lifecycle', categoryName: 'Application Activity' },
  api: { uid: 6003, category: 6, name: 'API Activity', categoryName: 'Application Activity' },
} as const

/** One of these classes. */
export type OcsfClass = keyof typeof ocsfClasses

/** What each class calls what was done. */
export const ocsfActivities = {
  create: { base: 99, detection: 1, incident: 1, entity: 1, lifecycle: 99, api: 1 },
  update: { base: 99, detection: 2, incident: 2, entity: 3, lifecycle: 8, api: 3 },
  delete: { base: 99, detection: 3, incident: 3, entity: 4, lifecycle: 2, api: 4 },
  start: { base: 99, detection: 99, incident: 99, entity: 99, lifecycle: 3, api: 99 },
  stop: { base: 99, detection: 99, incident: 99, entity: 99, lifecycle: 4, api: 99 },
} as const satisfies Readonly<Record<string, Readonly<Record<OcsfClass, number>>>>

/** One of these activities; closing a finding counts as `delete`. */
export type OcsfActivity = keyof typeof ocsfActivities

/** Class and activity of every type of entry, and what sort of thing an entity is. */
export const ocsfMapping: Readonly<
  Record<EventType, readonly [OcsfClass, OcsfActivity] | readonly ['entity', OcsfActivity, string]>
> = {
  'engine-started': ['lifecycle', 'start'],
  'engine-stopped': ['lifecycle', 'stop'],
  'engine-paused': ['entity', 'update', 'kill switch'],
  'engine-resumed': ['entity', 'update', 'kill switch'],
  'log-key-rotated': ['entity', 'update', 'log key'],
  'log-key-certified': ['entity', 'update', 'log key'],
  'log-epoch-opened': ['entity', 'create', 'log epoch'],
  'blobs-erased': ['entity', 'delete', 'texts'],
  'erasure-refused': ['entity', 'delete', 'texts'],
  'retention-applied': ['entity', 'delete', 'old rows'],
  'alerts-received': ['detection', 'update'],
  'change-recorded': ['entity', 'create', 'change'],
  'incident-opened': ['incident', 'create'],
  'alerts-correlated': ['incident', 'update'],
  'incident-merged': ['incident', 'update'],
  'incident-relapsed': ['incident', 'update'],
  'phase-changed': ['incident', 'update'],
  'evidence-collected': ['incident', 'update'],
  'model-asked': ['incident', 'update'],
  'model-call-ended': ['incident', 'update'],
  'diagnosis-made': ['incident', 'update'],
  'plan-made': ['incident', 'update'],
  'plan-decided': ['incident', 'update'],
  'plan-void': ['incident', 'update'],
  'suggestion-judged': ['incident', 'update'],
  'autonomy-moved': ['entity', 'update', 'autonomy level'],
  'approval-requested': ['entity', 'create', 'approval'],
  'approval-given': ['entity', 'update', 'approval'],
  'approval-granted': ['entity', 'update', 'approval'],
  'approval-refused': ['entity', 'update', 'approval'],
  'approval-rejected': ['entity', 'update', 'approval'],
  'approval-void': ['entity', 'update', 'approval'],
  'approval-expired': ['entity', 'update', 'approval'],
  'command-given': ['entity', 'create', 'command'],
  'command-refused': ['entity', 'update', 'command'],
  'execution-blocked': ['incident', 'update'],
  'execution-intended': ['api', 'update'],
  'execution-observed': ['api', 'update'],
  'execution-verified': ['incident', 'update'],
  'execution-ended': ['api', 'update'],
  'execution-settled': ['api', 'update'],
  'notice-queued': ['incident', 'update'],
  'notice-sent': ['incident', 'update'],
  'notice-failed': ['incident', 'update'],
  'snooze-ended': ['incident', 'update'],
  'escalation-unanswered': ['incident', 'update'],
}
