import type { MendkitEvent } from '../../model/event.ts'
import type { Json } from '../../model/json.ts'
import type { Phase } from '../../model/phase.ts'
import { describeResource, type Resource } from '../../model/resource.ts'
import type { OcsfClass } from './classes.ts'

type Attributes = Readonly<Record<string, Json>>

/** Status of an incident in OCSF: 1 new, 2 in progress, 3 on hold, 4 resolved, 5 closed. */
const incidentStatus: Readonly<Record<Phase, number>> = {
  open: 1,
  diagnosing: 2,
  deciding: 2,
  'awaiting-approval': 3,
  remediating: 2,
  verifying: 2,
  escalated: 3,
  'handed-over': 3,
  suggested: 3,
  resolved: 4,
  closed: 5,
}

/** 4 (high) for what wakes people, else 1 (informational). */
export function severityOf(event: MendkitEvent): number {
  if (event.type === 'phase-changed') return event.data.to === 'escalated' ? 4 : 1
  if (event.type === 'notice-queued') return event.data.urgency === 'page' ? 4 : 1
  return event.type === 'escalation-unanswered' ? 4 : 1
}

/** What the class of an event demands, as far as the entry knows it. */
export function objectsOf(event: MendkitEvent, className: OcsfClass, entity: string): Attributes {
  switch (className) {
    case 'base':
      return {}
    case 'lifecycle':
      return { app: { name: 'Mendkit', vendor_name: 'Mendkit', uid: event.subject.id } }
    case 'detection':
      return detection(event)
    case 'incident':
      return incident(event)
    case 'entity':
      return { entity: { type: entity, uid: entityId(event) }, actor: actorOf(event), ...outcome(event) }
    case 'api':
      return api(event)
  }
}

function detection(event: MendkitEvent): Attributes {
  if (event.type !== 'alerts-received') return {}
  const { alerts, source } = event.data
  return { finding_info: { uid: alerts, title: `alerts of ${source}`, types: ['alerts'] } }
}

function incident(event: MendkitEvent): Attributes {
  const { id } = event.subject
  const title = event.type === 'incident-opened' ? event.data.title : id
  return {
    finding_info_list: [{ uid: id, title }],
    // Only these entries say where the incident stands; 0 is unknown.
    status_id:
      event.type === 'phase-changed' ? incidentStatus[event.data.to] : event.type === 'incident-opened' ? 1 : 0,
    ...assignee(event),
  }
}

function assignee({ actor }: MendkitEvent): Attributes {
  return actor.kind === 'principal' ? { assignee: { uid: actor.id } } : { assignee_group: { name: 'Mendkit' } }
}

/** Effects on other systems. An intent may have been sent; only what was observed has a status. */
function api(event: MendkitEvent): Attributes {
  const execution = 'execution' in event.data ? event.data.execution : event.subject.id
  const operation = event.type === 'execution-intended' ? event.data.action : event.type
  return {
    actor: actorOf(event),
    api: { operation, request: { uid: execution } },
    src_endpoint: { svc_name: 'mendkit' },
    ...(event.type === 'execution-intended' && { resources: [resourceOf(event.data.target)] }),
    ...outcome(event),
  }
}

/** 1 success, 2 failure; absent where the entry says neither. */
function outcome(event: MendkitEvent): Attributes {
  if (event.type === 'execution-observed' || event.type === 'execution-settled') {
    if (event.data.outcome === 'applied') return { status_id: 1 }
    return event.data.outcome === 'not-applied' ? { status_id: 2 } : {}
  }
  if (event.type === 'execution-ended') return { status_id: event.data.state === 'succeeded' ? 1 : 2 }
  const refusals: readonly MendkitEvent['type'][] = ['approval-refused', 'command-refused', 'erasure-refused']
  return refusals.includes(event.type) ? { status_id: 2 } : {}
}

function actorOf({ actor }: MendkitEvent): Attributes {
  return actor.kind === 'principal'
    ? { user: { uid: actor.id, type_id: 1 } }
    : { app_name: 'Mendkit', app_uid: actor.id }
}

function entityId(event: MendkitEvent): string {
  const { data, subject } = event
  if ('approval' in data) return data.approval
  if ('command' in data) return data.command
  if ('change' in data) return data.change
  if ('earned' in data) return data.earned
  return subject.id
}

function resourceOf(resource: Resource): Attributes {
  return {
    name: describeResource(resource),
    type: resource.kind,
    ...(resource.uid !== undefined && { uid: resource.uid }),
  }
}
