import type { CallContext } from '@mendkit/core'
import { MendkitError } from '@mendkit/core'
import { isAllowed, type SimulatedUser } from './access.ts'
import { badRequest } from './api-errors.ts'
import { watchObjects } from './client-watch.ts'
import { mustFind, mustFindPod } from './object-store.ts'
import { containerOf } from './pod-status.ts'
import type { SimulatedPod, StoredObject } from './schemas.ts'
import { fieldMatcher, labelMatcher } from './selectors.ts'
import { accessRequest, type Perform, type Seen, type Server } from './server.ts'
import type { SimulatedClient, SimulatedSelection } from './shapes.ts'

const DEFAULT_AT_MOST = 5000
/** As often as the client on the network starts a list again whose version was forgotten. */
const MAX_LIST_RESTARTS = 3

/** The reading half of a simulated client. */
export function readings(
  server: Server,
  user: SimulatedUser,
  perform: Perform,
): Pick<SimulatedClient, 'get' | 'list' | 'podLogs' | 'watch' | 'can' | 'describe'> {
  const { store } = server.world

  async function list(selection: SimulatedSelection, context: CallContext) {
    const { apiVersion, kind, namespace, atMost = DEFAULT_AT_MOST } = selection
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await perform(
          { verb: 'list', access: 'list', target: { apiVersion, kind, namespace } },
          context,
          (seen) => {
            const found = selected(seen, selection)
            const items = found.slice(0, atMost)
            return { result: { items, resourceVersion: seen.version(), truncated: found.length > items.length } }
          },
        )
      } catch (error) {
        if (!MendkitError.is(error, 'conflict') || error.status !== 410 || restarts === MAX_LIST_RESTARTS) throw error
      }
    }
  }

  return {
    list,
    get: (reference, context) =>
      perform({ verb: 'get', access: 'get', target: reference }, context, (seen) => ({
        result: mustFind(seen, reference),
      })),
    podLogs(pod, options, context) {
      const target = { apiVersion: 'v1', kind: 'Pod', ...pod }
      return perform({ verb: 'logs', access: 'get', subresource: 'log', target }, context, () => ({
        result: readLog(server, mustFindPod(store, target), options),
      }))
    },
    watch: (selection, context) => watchObjects(server, selection, list, perform, context),
    can: (question, context) =>
      perform({ verb: 'review', access: 'create', target: reviewed }, context, () => {
        const { verb, apiVersion, kind, subresource, namespace, name } = question
        const target = { apiVersion, kind, namespace, name }
        const request = accessRequest({ access: verb, target, ...(subresource === undefined ? {} : { subresource }) })
        const allowed = isAllowed(user, request)
        const because = `${user.name ?? 'simulated-admin'} may ${allowed ? '' : 'not '}${verb} ${request.resource}`
        return { result: { allowed, because } }
      }),
    describe: (context) =>
      perform({ verb: 'review', access: 'create', target: reviewed }, context, () => ({
        result: { server: 'simulated://cluster', version: 'v1.37.2', user: user.name ?? 'simulated-admin' },
      })),
  }
}

/** Everyone may ask about their own rights, so this stands for a kind that no role needs to name. */
const reviewed = { apiVersion: 'review', kind: 'SelfReview' }

/** Objects that a selection means, in order of namespace and name. */
function selected(seen: Seen, selection: SimulatedSelection): readonly StoredObject[] {
  const byLabels = labelMatcher(selection.labelSelector)
  const byFields = fieldMatcher(selection.fieldSelector)
  return seen
    .all(selection.apiVersion, selection.kind, selection.namespace)
    .filter((object) => byLabels(object.metadata.labels) && byFields(object))
}

function readLog(server: Server, pod: SimulatedPod, options: Parameters<SimulatedClient['podLogs']>[1]): string {
  const { containers } = pod.spec
  const name = options.container ?? (containers.length === 1 ? containers[0]?.name : undefined)
  if (name === undefined) {
    const choices = containers.map((container) => container.name).join(' ')
    throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${choices}]`)
  }
  if (!containers.some((container) => container.name === name)) {
    throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`)
  }
  const { current, previous } = server.kubelet.logs(pod.metadata.uid, name)
  const log = options.previous ? previous : current
  if (log === undefined) throw badRequest(missingLog(pod, name, options.previous === true))
  const lines = log.split('\n').slice(-(options.tailLines ?? 200))
  return Buffer.from(`${lines.join('\n')}\n`)
    .subarray(0, options.limitBytes ?? 65_536)
    .toString()
}

function missingLog(pod: SimulatedPod, name: string, previous: boolean): string {
  if (previous) return `previous terminated container "${name}" in pod "${pod.metadata.name}" not found`
  const reason = containerOf(pod, name).state.waiting?.reason ?? 'ContainerCreating'
  const why = reason.includes('Image') ? 'trying and failing to pull image' : reason
  return `container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${why}`
}
