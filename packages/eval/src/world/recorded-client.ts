import { MendkitError } from '@mendkit/core'
import type { KubernetesClient, ObjectSelection } from '@mendkit/kubernetes'
import type { SimulatedCluster } from '@mendkit/testkit'
import type { ScenarioWorld } from '../scenario/schema.ts'
import type { WorldObjects } from './objects.ts'

/** A client that reads a world as the adapter reads a cluster. It changes nothing: every write is refused. */
export function recordedClient(
  world: ScenarioWorld,
  objects: WorldObjects,
  cluster: SimulatedCluster,
): KubernetesClient {
  const find = ({ apiVersion, kind, namespace, name }: Parameters<KubernetesClient['get']>[0]) =>
    objects.all(apiVersion, kind, namespace).find(({ metadata }) => metadata.name === name)
  return {
    async get(reference) {
      const found = find(reference)
      if (found === undefined) throw gone(`${reference.kind} "${reference.name}" not found`)
      return found
    },
    async list(selection) {
      const all = await selected(objects, selection)
      const items = all.slice(0, selection.atMost ?? 5_000)
      return { items, resourceVersion: '1', truncated: items.length < all.length }
    },
    async podLogs(pod, options, context) {
      const { labels = {} } = find({ apiVersion: 'v1', kind: 'Pod', ...pod })?.metadata ?? {}
      const log = world.logs.find(
        ({ namespace, app, container }) =>
          namespace === pod.namespace &&
          app === labels['app'] &&
          (container ?? options.container) === options.container,
      )
      if (log === undefined) return cluster.podLogs(pod, options, context)
      const lines = log.text
        .trimEnd()
        .split('\n')
        .slice(-(options.tailLines ?? 200))
      return `${lines.join('\n')}\n`.slice(0, options.limitBytes ?? 65_536)
    },
    watch: () => {
      throw readOnly()
    },
    can: async () => ({ allowed: true, because: 'a scenario may be read by everybody' }),
    describe: async () => ({ server: 'scenario://cluster', version: 'v1.37.2', user: 'scenario' }),
    create: refuse,
    patch: refuse,
    delete: refuse,
    evict: refuse,
    createEvent: refuse,
  }
}

async function refuse(): Promise<never> {
  throw readOnly()
}

function readOnly(): MendkitError {
  return new MendkitError('rejected', 'a scenario can only be read', { status: 403, effect: 'none' })
}

function gone(what: string): MendkitError {
  const cause = { failure: 'kubernetes', status: 404, reason: 'NotFound', causes: [], effect: 'none' }
  return new MendkitError('not-found', `${what} (404 NotFound)`, { status: 404, cause })
}

async function selected(objects: WorldObjects, selection: ObjectSelection) {
  const { apiVersion, kind, namespace, labelSelector = '', fieldSelector = '' } = selection
  const all = objects.all(apiVersion, kind, namespace)
  return all.filter(
    (object) => fitsLabels(object.metadata.labels ?? {}, labelSelector) && fitsFields(object, fieldSelector),
  )
}

/** The label selectors that the adapter writes: `a=b`, `a`, `!a`, `a in (b,c)` and `a notin (b,c)`, joined by commas. */
function fitsLabels(labels: Readonly<Record<string, string>>, selector: string): boolean {
  return selector
    .split(/,(?![^(]*\))/)
    .filter((part) => part !== '')
    .every((part) => {
      const [, key = '', operator, list = ''] = /^(\S+) (in|notin) \((.*)\)$/.exec(part) ?? []
      if (operator !== undefined) return list.split(',').includes(labels[key] ?? '') === (operator === 'in')
      if (part.startsWith('!')) return !Object.hasOwn(labels, part.slice(1))
      const [name = '', value] = part.split('=')
      return value === undefined ? Object.hasOwn(labels, name) : labels[name] === value
    })
}

function fitsFields(object: object, selector: string): boolean {
  return selector
    .split(',')
    .filter((part) => part !== '')
    .every((part) => {
      const [path = '', value = ''] = part.split('=')
      const found = path
        .split('.')
        .reduce<unknown>(
          (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
          object,
        )
      return (isPlain(found) ? String(found) : '') === value
    })
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
