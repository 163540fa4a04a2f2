import {
  allowUpTo,
  createMendkit,
  defineEvidence,
  defineNotifier,
  defineRule,
  type MendkitOptions,
  type Phase,
  type Principal,
  ruleAnalyzer,
  type Store,
  silentLogger,
} from '@mendkit/core'
import {
  type SimulatedCluster,
  simulatedCluster,
  simulatedStore,
  type VirtualClock,
  virtualClock,
} from '@mendkit/testkit'
import { z } from 'zod'
import { type KubernetesOptions, kubernetes } from '../src/index.ts'
import { checkout, replicaSetOf } from './scene.ts'

/** Somebody who may answer. */
export const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'test' }

/** What a second host on the same store and cluster takes over from the first. */
export interface Site {
  readonly cluster: SimulatedCluster
  readonly clock: VirtualClock
  readonly store: Store
}

/** A cluster on which v1 of `checkout` was healthy before v2 was rolled out, which crashes. */
async function brokenSite(): Promise<Site> {
  const clock = virtualClock()
  const cluster = simulatedCluster({ clock })
  cluster.image('shop/checkout:v2', { behaviour: 'crash' })
  for (const image of ['shop/checkout:v1', 'shop/checkout:v2']) {
    cluster.apply(checkout(image))
    for (let second = 0; second < 60; second += 1) await clock.advance(1_000).then(() => cluster.tick())
  }
  return { cluster, clock, store: simulatedStore() }
}

/** Evidence that no change in the cluster changes. */
const elsewhere = {
  evidence: [
    defineEvidence({
      id: 'elsewhere',
      tools: [
        {
          name: 'elsewhere.read',
          description: 'what customers say',
          input: z.object({}),
          read: async () => ({
            facts: [
              { name: 'elsewhere.errors', kind: 'metric', value: 7 },
              { name: 'elsewhere.changed', kind: 'change', value: true },
            ] as const,
            text: 'customers complain since the rollout',
          }),
        },
      ],
      gather: async () => [{ tool: 'elsewhere.read', input: {} }],
    }),
  ],
}

function rollbackIn(cluster: SimulatedCluster): Proposal {
  return { type: 'kubernetes.rollout-undo', params: { replicaSet: replicaSetOf(cluster, 1) } }
}

function proposes(action: Proposal) {
  return defineRule({
    id: 'elsewhere',
    description: 'customers complain since the rollout',
    match: ({ facts }) => ({
      seen: facts.filter(({ name }) => name.startsWith('elsewhere.')),
      cause: 'bad-rollout',
      summary: 'customers complain since the rollout',
      actions: [action],
    }),
  })
}

interface Proposal {
  readonly type: string
  readonly params: { readonly [name: string]: string | boolean }
}

/** What a host may be given. */
interface HostTerms {
  readonly policies?: NonNullable<MendkitOptions['policies']>
  readonly expiresInMs?: number | undefined
  /**
   * True: the rollback is proposed by a rule that rests on facts of elsewhere, which stay as they are, so that nothing but the
   * binding of the approval can notice a change. @default false
   */
  readonly factsElsewhere?: boolean
  /** What that rule proposes. @default the rollback of `checkout` to v1 */
  readonly proposal?: Proposal
  /** @default approve in the namespace shop */
  readonly autonomy?: NonNullable<MendkitOptions['autonomy']>
  /** Options of `kubernetes` beside the clients. @default the namespace shop */
  readonly options?: KubernetesOptions
  /** Labels of the alert. @default KubePodCrashLooping of the Deployment checkout */
  readonly labels?: Readonly<Record<string, string>>
}

/** A host on the site that asks before it rolls back. */
export function hostOn(
  { cluster, clock, store }: Site,
  {
    policies = [allowUpTo('medium')],
    expiresInMs = 7 * 86_400_000,
    factsElsewhere = false,
    autonomy = { 'namespace:shop': 'approve' },
    options = { namespaces: ['shop'] },
    proposal,
    labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'checkout' },
  }: HostTerms = {},
) {
  const mendkit = createMendkit({
    store,
    autonomy,
    integrations: [kubernetes({ cluster: 'test', read: cluster, act: cluster, ...options }), elsewhere],
    ...(factsElsewhere && { analyzers: [ruleAnalyzer([proposes(proposal ?? rollbackIn(cluster))])] }),
    policies,
    notifiers: [defineNotifier({ id: 'people', reachesPeople: true, send: async () => undefined })],
    settings: { diagnosis: { minIntervalMs: 0 }, approval: { expiresInMs } },
    system: { clock, log: silentLogger },
  })
  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })

  async function phase(): Promise<Phase | undefined> {
    return (await mendkit.incidents.list())[0]?.phase
  }

  const host = {
    mendkit,
    phase,
    async fire() {
      const now = new Date(clock.now()).toISOString()
      await mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts: [{ labels, startsAt: now }] })
    },
    async clear() {
      const now = new Date(clock.now()).toISOString()
      const alerts = [{ labels, status: 'resolved', startsAt: now, endsAt: now }] as const
      await mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts })
    },
    /** Lets time pass until something holds; throws when it never does. */
    async untilTrue(what: string, holds: () => Promise<boolean>) {
      for (let step = 0; step < 400; step += 1) {
        if (await holds()) return
        await clock.advance(step < 200 ? 250 : 5_000)
      }
      throw new Error(`it never was true that ${what}: ${JSON.stringify(await mendkit.incidents.list())}`)
    },
    async until(wanted: Phase) {
      await host.untilTrue(`the incident is ${wanted}`, async () => (await phase()) === wanted)
    },
    async question() {
      const [open] = await mendkit.approvals.list()
      if (open === undefined) throw new Error('nothing is asked')
      return open
    },
    async stop() {
      stopping.abort()
      for (let step = 0; step < 100 && (await mendkit.health()).running; step += 1) await clock.advance(1_000)
      await running
    },
  }
  return host
}

/** A site and a host that stands before the question. */
export async function askedHost(terms: HostTerms = {}) {
  const site = await brokenSite()
  const host = hostOn(site, terms)
  await host.fire()
  await host.until('awaiting-approval')
  return { site, host, question: await host.question() }
}
