import { nameHash } from './canonical.ts'
import type { ObjectStore } from './object-store.ts'
import type { StoredObject } from './schemas.ts'
import type { Timeline } from './timeline.ts'
import type { RecordedEvent } from './world.ts'

const HOUR_MS = 3_600_000

/** Records Events as client-go's recorder does: equal ones are counted up, and they are gone after an hour. */
export function eventRecorder(store: ObjectStore, time: Timeline): (event: RecordedEvent) => void {
  return (event) => {
    const about = event.about as StoredObject
    const namespace = about.metadata.namespace ?? 'default'
    const name = `${about.metadata.name}.${nameHash(`${about.metadata.uid}${event.reason}${event.message}`)}`
    const now = time.stamp()
    const reference = { apiVersion: 'v1', kind: 'Event', namespace, name }
    const known = store.find(reference)
    if (known !== undefined) {
      const count = (known as { count?: number }).count ?? 1
      store.replace(
        known,
        { ...known, count: count + 1, lastTimestamp: now },
        { manager: event.component, admitted: true },
      )
      return
    }
    const created = store.create(
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: {
          apiVersion: about.apiVersion,
          kind: about.kind,
          name: about.metadata.name,
          ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
          uid: about.metadata.uid,
          ...(event.fieldPath === undefined ? {} : { fieldPath: event.fieldPath }),
        },
        type: event.type,
        reason: event.reason,
        message: event.message,
        source: { component: event.component },
        reportingComponent: event.component,
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
      { manager: event.component, admitted: true },
    )
    expire(store, time, created.metadata.uid)
  }
}

function expire(store: ObjectStore, time: Timeline, uid: string): void {
  time.after(
    HOUR_MS,
    () => {
      const event = store.byUid(uid)
      if (event === undefined) return
      const last = Date.parse(String(event['lastTimestamp']))
      if (last + HOUR_MS <= time.now()) store.remove(event)
      else expire(store, time, uid)
    },
    true,
  )
}
