import { badRequest } from './api-errors.ts'
import { patchOutcome } from './audit.ts'
import { checkPreconditions, evictPod } from './eviction.ts'
import { applyPatch } from './json-patch.ts'
import { mustFind, mustFindPod } from './object-store.ts'
import { terminatePod } from './pod-deletion.ts'
import { resourceName } from './resources.ts'
import { isKind, type StoredObject } from './schemas.ts'
import type { Perform, Server } from './server.ts'
import type { SimulatedClient } from './shapes.ts'

const MANAGER = 'mendkit'

/** The writing half of a simulated client. */
export function writings(
  server: Server,
  perform: Perform,
): Pick<SimulatedClient, 'create' | 'patch' | 'delete' | 'evict' | 'createEvent'> {
  const { store } = server.world
  return {
    create(object, options, context) {
      const { apiVersion, kind, metadata } = object
      const target = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name }
      return perform({ verb: 'create', access: 'create', target, options }, context, () => {
        if (resourceName(apiVersion, kind).namespaced) {
          mustFind(store, { apiVersion: 'v1', kind: 'Namespace', name: metadata.namespace ?? '' })
        }
        // Nobody but the controllers says how an object is doing.
        const { status: _, ...wanted } = object
        const created = store.create(wanted, { manager: MANAGER, dryRun: options.dryRun === true })
        return { result: created, uid: created.metadata.uid, did: 'effect' as const }
      })
    },
    patch: (reference, patch, options, context) =>
      perform({ verb: 'patch', access: 'patch', target: reference, options }, context, () => {
        const before = mustFind(store, reference)
        const patched = applyPatch(before, patch) as StoredObject
        if (patched.metadata.name !== reference.name || patched.metadata.namespace !== reference.namespace) {
          throw badRequest(`the name of the object (${patched.metadata.name}) does not match the name on the URL`)
        }
        // An ordinary patch does not reach the status; that is a subresource of its own.
        const wanted = 'status' in before ? { ...patched, status: before['status'] } : patched
        const after = store.replace(before, wanted, { manager: MANAGER, dryRun: options.dryRun === true })
        return { result: after, uid: before.metadata.uid, ...patchOutcome(before, after) }
      }),
    delete: (reference, preconditions, options, context) =>
      perform({ verb: 'delete', access: 'delete', target: reference, options }, context, () => {
        const object = mustFind(store, reference)
        checkPreconditions(object, preconditions)
        if (options.dryRun !== true) {
          if (isKind(object, 'Pod')) terminatePod(server.world, object)
          else store.remove(object)
        }
        return { result: undefined, uid: object.metadata.uid, did: 'effect' as const }
      }),
    evict(pod, preconditions, options, context) {
      const target = { apiVersion: 'v1', kind: 'Pod', ...pod }
      return perform({ verb: 'evict', access: 'create', subresource: 'eviction', target, options }, context, () => {
        const found = mustFindPod(store, target)
        evictPod(server.world, found, preconditions, options.dryRun === true)
        return { result: undefined, uid: found.metadata.uid, did: 'effect' as const }
      })
    },
    createEvent(event, options, context) {
      const namespace = event.about.namespace ?? 'default'
      const target = { apiVersion: 'v1', kind: 'Event', namespace, name: event.name }
      return perform({ verb: 'create', access: 'create', target, options }, context, () => {
        const { at, about, type, reason, message } = event
        const object = {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: event.name, namespace },
          involvedObject: about,
          type,
          reason,
          message,
          firstTimestamp: at,
          lastTimestamp: at,
          count: 1,
          source: { component: MANAGER },
          reportingComponent: MANAGER,
        }
        store.create(object, { manager: MANAGER, dryRun: options.dryRun === true })
        return { result: undefined, did: 'event' as const }
      })
    },
  }
}
