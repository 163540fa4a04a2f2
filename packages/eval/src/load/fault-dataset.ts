import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { type Scenario, scenarioSchema } from '../scenario/schema.ts'
import type { Loaded } from './loaded.ts'

const manifest = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default('default') }),
  spec: z.looseObject({
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.looseObject({
      metadata: z.looseObject({ labels: z.record(z.string(), z.string()).optional() }).optional(),
      spec: z.looseObject({ containers: z.array(z.looseObject({ name: z.string(), image: z.string() })).min(1) }),
    }),
  }),
})
type Deployment = z.output<typeof manifest>

/** What pods of a fault show, by the reason that its description gives in parentheses or in words. */
const shown: readonly (readonly [words: RegExp, behaviour: 'crash' | 'oom' | 'unpullable' | 'not-ready'])[] = [
  [/OOMKilled|out of memory/i, 'oom'],
  [/ImagePull|ErrImage|pull image/i, 'unpullable'],
  [/CrashLoop|Error: exit|terminat/i, 'crash'],
  [/readiness|not ready|Unhealthy/i, 'not-ready'],
]

/** States that are not simulated and that the cluster shows of pods, by the reason of the description. */
const states: Readonly<Record<string, object>> = {
  FailedScheduling: {
    spec: { nodeName: null },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
      containerStatuses: null,
    },
  },
}

/** Tells the pods of the injected revision from the others. */
const MARK = { 'eval.mendkit.dev/revision': 'injected' }

/** Whether a folder holds faults as pairs of manifests: `faults/<id>/inject` and `faults/<id>/restore`. */
export function isFaultDataset(folder: string): boolean {
  const faults = join(folder, 'faults')
  return existsSync(faults) && readdirSync(faults).some((id) => existsSync(join(faults, id, 'inject')))
}

/**
 * Reads pairs of manifests: the restored Deployment runs well for a day, then the injected one is rolled out. What its pods show is
 * simulated from the reason in its description; without one that is simulated it is left out. The right fix is to return to the restored template.
 */
export function loadFaultDataset(folder: string): Loaded {
  const faults = join(folder, 'faults')
  const scenarios: Scenario[] = []
  const left: { id: string; because: string }[] = []
  for (const id of readdirSync(faults).sort()) {
    if (!existsSync(join(faults, id, 'inject'))) continue
    const made = convert(id, join(faults, id))
    if (typeof made === 'string') left.push({ id, because: made })
    else scenarios.push(made)
  }
  return { scenarios, left }
}

function convert(id: string, folder: string): Scenario | string {
  const [injected, restored] = ['inject', 'restore'].map((part) => deploymentIn(join(folder, part)))
  if (injected === undefined || restored === undefined)
    return 'its manifests are patches of others that are not in the data set'
  if (isDeepStrictEqual(injected.spec.template, restored.spec.template))
    return 'inject and restore have the same pod template'
  const readme = join(folder, 'README.md')
  const words = existsSync(readme) ? readFileSync(readme, 'utf8') : ''
  const event = /### Event\n([\s\S]*?)(?:\n###|$)/.exec(words)?.[1]?.trim() ?? ''
  const state = Object.entries(states).find(([reason]) => event.includes(reason))?.[1]
  const behaviour = state === undefined ? shown.find(([pattern]) => pattern.test(event))?.[1] : 'not-ready'
  if (behaviour === undefined) return `nothing that is simulated shows what it describes: ${event || 'no description'}`
  const { name, namespace } = injected.metadata
  const good = `${name}-restored`
  const labels = { namespace, deployment: name }
  const entity = { kind: 'Deployment', namespace, name }
  return scenarioSchema.parse({
    schema: 1,
    id: `fault-${id}`,
    title: event,
    names: [],
    alerts: [
      { labels: { alertname: 'KubeDeploymentRolloutStuck', ...labels } },
      { labels: { alertname: 'KubeDeploymentReplicasMismatch', ...labels } },
    ],
    world: {
      // Behaviour goes by image, and both may name the same.
      images: { [`${name}-injected`]: { behaviour } },
      steps: [
        { apply: withImage(restored, good) },
        { wait: '1d' },
        { apply: marked(withImage(injected, `${name}-injected`)) },
        { wait: '10m' },
      ],
      ...(state !== undefined && {
        recordsEvents: false,
        overrides: [{ kind: 'Pod', namespace, labels: MARK, merge: state }],
      }),
    },
    truth: { rootEntities: [entity], fix: { type: 'kubernetes.rollout-undo', target: entity } },
  })
}

function withImage(deployment: Deployment, image: string): Deployment {
  const { spec } = deployment
  const containers = spec.template.spec.containers.map((container) => ({ ...container, image }))
  return {
    ...deployment,
    spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } },
  }
}

function marked(deployment: Deployment): Deployment {
  const { spec } = deployment
  const { metadata = {} } = spec.template
  const template = { ...spec.template, metadata: { ...metadata, labels: { ...metadata.labels, ...MARK } } }
  return { ...deployment, spec: { ...spec, template } }
}

function deploymentIn(folder: string): Deployment | undefined {
  if (!existsSync(folder)) return undefined
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('kustomization'))
  const documents = files.flatMap((name) =>
    parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((each) => each.toJS() as unknown),
  )
  return documents.flatMap((each) => manifest.safeParse(each).data ?? [])[0]
}
