import type { MendkitEvent } from '../../model/event.ts'
import type { Json } from '../../model/json.ts'
import type { MirroredEntry } from '../../ports/mirror-sink.ts'
import { sha256 } from '../seal.ts'
import { type OcsfActivity, type OcsfClass, ocsfActivities, ocsfClasses, ocsfMapping, ocsfVersion } from './classes.ts'
import { objectsOf, severityOf } from './objects.ts'

/** An event of the Open Cybersecurity Schema Framework, as JSON. */
export type OcsfEvent = Readonly<Record<string, Json>>

/**
 * An entry as an event of OCSF 1.5.0. Findings (2004, 2005), API Activity (6003) for effects, Entity Management (3004) for what people
 * and the engine decide, Application Lifecycle (6002) for the engine itself; a type that this version does not know is a base event.
 * `raw_data` holds the exact text of the entry, so that its hash can be computed from it; what OCSF has no place for is `unmapped`.
 */
export function toOcsf({ bytes, event }: MirroredEntry): OcsfEvent {
  const { className, activity, entity } = kindOf(event)
  const { uid, category, name, categoryName } = ocsfClasses[className]
  const activityId = ocsfActivities[activity][className]
  const time = Date.parse(event.at)
  return {
    activity_id: activityId,
    ...(activityId === 99 && { activity_name: event.type }),
    category_uid: category,
    category_name: categoryName,
    class_uid: uid,
    class_name: name,
    type_uid: uid * 100 + activityId,
    time,
    severity_id: severityOf(event),
    message: event.type,
    metadata: {
      version: ocsfVersion,
      product: { name: 'Mendkit', vendor_name: 'Mendkit' },
      // Equal for the same entry only: doubles of a batch that came twice have it in common.
      uid: sha256(bytes),
      event_code: event.type,
      log_name: 'audit',
      tenant_uid: event.tenant,
      sequence: event.seq,
      original_time: event.at,
      ...(className === 'incident' && { profiles: ['incident'] }),
    },
    ...objectsOf(event, className, entity),
    raw_data: new TextDecoder().decode(bytes),
    unmapped: { subject: { ...event.subject }, data: plain(event.data), texts: plain(event.texts) },
  }
}

interface Kind {
  readonly className: OcsfClass
  readonly activity: OcsfActivity
  /** What sort of thing an entity is. */
  readonly entity: string
}

function kindOf(event: MendkitEvent): Kind {
  // A newer version may have written types that this one does not know.
  const [className, activity, entity = ''] = Object.hasOwn(ocsfMapping, event.type)
    ? ocsfMapping[event.type]
    : (['base', 'update'] as const)
  // Notices may be about the engine itself, which is no incident.
  if (className === 'incident' && event.subject.kind !== 'incident') {
    return { className: 'entity', activity, entity: event.subject.kind }
  }
  const isClosing = event.type === 'phase-changed' && event.data.to === 'closed'
  return { className, activity: isClosing ? 'delete' : activity, entity }
}

/** Data of entries is JSON, with fields that may be undefined. */
function plain(data: unknown): Json {
  return JSON.parse(JSON.stringify(data)) as Json
}
