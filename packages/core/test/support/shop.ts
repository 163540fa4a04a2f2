import {
  allowUpTo,
  type Check,
  createMendkit,
  defineAction,
  defineEvidence,
  defineNotifier,
  defineRule,
  type EffectInput,
  type Incident,
  type IncidentReason,
  type Integration,
  type Logger,
  type Mendkit,
  MendkitError,
  type MendkitOptions,
  type Notice,
  type Notifier,
  type Phase,
  type Resource,
  type Store,
  silentLogger,
  type Telemetry,
  type TimeZones,
} from '@mendkit/core'
import { simulatedStore, type VirtualClock, virtualClock } from '@mendkit/testkit'
import { z } from 'zod'
import { type Gate, gatedStore } from './gate.ts'

/** The object that everything in the shop is about. */
const checkout: Resource = {
  cluster: 'default',
  apiVersion: 'shop/v1',
  kind: 'Flag',
  namespace: 'shop',
  name: 'checkout',
  uid: 'flag-1',
}

/** A flag store outside Mendkit, with its own optimistic locking, that can be made to misbehave. */
export interface World {
  flag: { on: boolean; version: number; lastKey: string; uid: string }
  /** Every effect that happened, by execution id. */
  readonly effects: string[]
  /** What was told to people at the flag. */
  readonly announced: EffectInput[]
  /** Fence marks, which change no flag. */
  fences: number
  /** Runs before the write of an execution. */
  beforeWrite?: ((input: EffectInput) => Promise<void> | void) | undefined
  /** Runs after the write of an execution, when its reply is still to come. */
  afterWrite?: ((input: EffectInput) => Promise<void> | void) | undefined
  /** While true, nobody can tell whether an execution had its effect. */
  unreadable?: boolean
  /** Health as the check measures it. */
  health: number
  /** The flag has been removed. */
  gone?: boolean
  /** Why the action refuses. */
  refused?: string
}

/** A host program around the shop. */
export interface Shop {
  readonly mendkit: Mendkit
  readonly clock: VirtualClock
  readonly store: Store
  readonly world: World
  readonly notices: Notice[]
  /** When it was opened, ISO 8601: when alerts began. */
  readonly openedAt: string
  /** Holds incidents where they stand, between two steps. */
  readonly gate: Gate
  fire(names?: readonly string[], more?: FireOptions): Promise<void>
  clear(names?: readonly string[], more?: Pick<FireOptions, 'resource'>): Promise<void>
  /** Advances the clock in small steps until the only incident has this phase; throws when it never does. */
  until(phase: Phase): Promise<void>
  /** Advances the clock in small steps until something holds; throws with `what` when it never does. */
  untilTrue(what: string, holds: () => Promise<boolean> | boolean): Promise<void>
  phase(): Promise<Phase | undefined>
  /** The oldest incident; throws when there is none. */
  incident(): Promise<Incident>
  /** The changes of phase that the log tells, oldest first; of one incident when an id is given. */
  moves(incidentId?: string): Promise<readonly PhaseChange[]>
  stop(): Promise<void>
}

/** How an alert fires. */
interface FireOptions {
  /** Name of the flag that it is about. @default 'checkout' */
  readonly resource?: string
  readonly status?: 'firing' | 'suppressed'
  /** @default when the shop was opened */
  readonly since?: 'opening' | 'now'
}

/** A change of phase as it stands in the log. */
interface PhaseChange {
  readonly from: Phase
  readonly to: Phase
  readonly reason?: IncidentReason
}

/** A fresh world with the bad flag on. */
export function freshWorld(): World {
  return {
    flag: { on: true, version: 1, lastKey: '', uid: 'flag-1' },
    effects: [],
    announced: [],
    fences: 0,
    health: 1,
  }
}

/** The action of the shop: sets the flag under its version. */
export function setFlag(
  world: World,
  more: { onFailure?: 'undo' | 'keep'; undo?: 'restore-before' | { irreversible: string }; fenced?: boolean } = {},
) {
  const write = (on: boolean, version: unknown, key: string) => {
    if (version !== world.flag.version) throw new MendkitError('conflict', 'the flag has another version')
    world.flag = { ...world.flag, on, version: world.flag.version + 1, lastKey: key }
    world.effects.push(key)
  }
  return defineAction({
    type: 'shop.set-flag',
    risk: 'low',
    undo: more.undo ?? 'restore-before',
    onFailure: more.onFailure ?? 'keep',
    params: z.object({ on: z.boolean() }),
    preview: async ({ params }) => ({
      before: { on: world.flag.on },
      after: { on: params.on },
      guard: world.flag.version,
      diff: `- on: ${world.flag.on}\n+ on: ${params.on}\n`,
      target: { ...checkout, uid: world.flag.uid, labels: { app: 'checkout' } },
      dryRun: 'done' as const,
      ...(world.refused !== undefined && { refused: world.refused }),
    }),
    execute: async (input) => {
      await world.beforeWrite?.(input as unknown as EffectInput)
      write(input.preview.after.on, input.preview.guard, input.executionId)
      await world.afterWrite?.(input as unknown as EffectInput)
    },
    observe: async ({ executionId }) => {
      if (world.unreadable === true) return 'unknown'
      if (world.gone === true) return 'gone'
      return world.flag.lastKey === executionId ? 'applied' : 'not-applied'
    },
    announce: async (input) => {
      world.announced.push(input as unknown as EffectInput)
    },
    ...(more.fenced !== false && {
      invalidate: async () => {
        world.fences += 1
        world.flag = { ...world.flag, version: world.flag.version + 1 }
      },
    }),
  })
}

/** Evidence of two kinds, so that an effect may rest on it. */
function shopEvidence(world: World) {
  return defineEvidence({
    id: 'shop',
    tools: [
      {
        name: 'shop.flag',
        description: 'reads the flag',
        input: z.object({}),
        read: async () => ({
          resource: checkout,
          facts: [
            { name: 'flag.on', kind: 'status' as const, value: world.flag.on, resource: checkout },
            { name: 'flag.turned-on', kind: 'change' as const, value: true, resource: checkout },
          ],
          text: `the flag is ${world.flag.on ? 'on' : 'off'}`,
        }),
      },
    ],
    gather: async () => [{ tool: 'shop.flag', input: {} }],
  })
}

/** Turns the flag off when it is seen on. */
export const flagRule = defineRule({
  id: 'flag-on',
  description: 'the flag is on and was turned on just before',
  match: ({ facts }) => {
    const seen = facts.filter((fact) => fact.name.startsWith('flag.') && fact.value === true)
    if (seen.length < 2) return undefined
    const actions = [{ type: 'shop.set-flag', params: { on: false } }]
    return { seen, cause: 'bad-flag', summary: 'the checkout flag broke the shop', rootCause: checkout, actions }
  },
})

function healthCheck(world: World): Check {
  return {
    spec: 1,
    id: 'shop-health',
    kind: 'health',
    applies: () => true,
    check: async () => ({
      verdict: world.health >= 1 ? 'good' : 'bad',
      because: `health is ${world.health}`,
      measure: { name: 'health', value: world.health, better: 'higher' },
    }),
  }
}

/** The object that an alert with this flag is about. Flags named `quiet` lie where nothing may be done. */
function flagResource(name: string): Resource {
  return { ...checkout, name, ...(name === 'quiet' && { namespace: 'quiet' }) }
}

/** An entry of the log as any reader of its bytes sees it. */
function entryOf(bytes: Uint8Array): { type: string; subject: { id: string }; data: PhaseChange } {
  return JSON.parse(new TextDecoder().decode(bytes)) as ReturnType<typeof entryOf>
}

/** Starts a shop that may act by itself in its namespace. */
export function openShop(
  given: {
    world?: World
    clock?: VirtualClock
    store?: Store
    autonomy?: MendkitOptions['autonomy']
    analyzers?: MendkitOptions['analyzers']
    policies?: MendkitOptions['policies']
    settings?: MendkitOptions['settings']
    action?: ReturnType<typeof setFlag>
    rules?: Integration['rules']
    checks?: Integration['checks']
    notifiers?: readonly Notifier[]
    integrations?: MendkitOptions['integrations']
    log?: Logger
    telemetry?: Telemetry
    timeZones?: TimeZones
    system?: MendkitOptions['system']
  } = {},
): Shop {
  const world = given.world ?? freshWorld()
  const clock = given.clock ?? virtualClock()
  const gate: Gate = {}
  const store = gatedStore(given.store ?? simulatedStore(), gate)
  const notices: Notice[] = []
  const mendkit = createMendkit({
    store,
    autonomy: given.autonomy ?? { 'namespace:shop': 'auto' },
    integrations: [
      {
        evidence: [shopEvidence(world)],
        actions: [given.action ?? setFlag(world)],
        checks: given.checks ?? [healthCheck(world)],
        rules: given.rules ?? [flagRule],
      },
      ...(given.integrations ?? []),
    ],
    ...(given.analyzers && { analyzers: given.analyzers }),
    policies: given.policies ?? [allowUpTo('low')],
    notifiers: [
      defineNotifier({ id: 'people', reachesPeople: true, send: async (notice) => void notices.push(notice) }),
      ...(given.notifiers ?? []),
    ],
    settings: {
      ...given.settings,
      mappings: [{ id: 'shop', resource: (labels) => flagResource(labels['flag'] ?? 'checkout') }],
    },
    system: {
      ...given.system,
      clock,
      log: given.log ?? silentLogger,
      ...(given.telemetry && { telemetry: given.telemetry }),
      ...(given.timeZones && { timeZones: given.timeZones }),
    },
  })
  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })
  const openedAt = new Date(clock.now()).toISOString()

  const batch = (alerts: object[]) => ({
    source: 'am',
    complete: false,
    asOf: new Date(clock.now()).toISOString(),
    alerts: alerts as never,
  })
  const shop: Shop = {
    mendkit,
    clock,
    store,
    world,
    notices,
    openedAt,
    gate,
    async fire(names = ['CheckoutBroken'], { resource = 'checkout', status = 'firing', since = 'opening' } = {}) {
      const at = since === 'now' ? new Date(clock.now()).toISOString() : openedAt
      await mendkit.ingest(
        batch(names.map((alertname) => ({ labels: { alertname, flag: resource }, startsAt: at, status }))),
      )
    },
    async clear(names = ['CheckoutBroken'], { resource = 'checkout' } = {}) {
      await clock.advance(1_000)
      const endsAt = new Date(clock.now()).toISOString()
      await mendkit.ingest(
        batch(
          names.map((alertname) => ({
            labels: { alertname, flag: resource },
            status: 'resolved',
            startsAt: openedAt,
            endsAt,
          })),
        ),
      )
    },
    async phase() {
      const incidents = await mendkit.incidents.list()
      return incidents[0]?.phase
    },
    async until(phase) {
      await shop.untilTrue(`the incident is ${phase}`, async () => (await shop.phase()) === phase)
    },
    async untilTrue(what, holds) {
      for (let step = 0; step < 400; step += 1) {
        if (await holds()) return
        await clock.advance(step < 100 ? 250 : 10_000)
      }
      const incidents = await mendkit.incidents.list()
      throw new Error(`it never was true that ${what}: ${JSON.stringify(incidents, null, 1)}`)
    },
    async incident() {
      const [oldest] = await mendkit.incidents.list()
      if (oldest === undefined) throw new Error('there is no incident')
      return oldest
    },
    async moves(incidentId) {
      const entries = (await mendkit.audit.read({ limit: 1_000 })).map(({ bytes }) => entryOf(bytes))
      const about = entries.filter(({ subject }) => incidentId === undefined || subject.id === incidentId)
      return about.flatMap((entry) => (entry.type === 'phase-changed' ? [entry.data] : []))
    },
    async stop() {
      stopping.abort()
      for (let step = 0; step < 100 && (await mendkit.health()).running; step += 1) await clock.advance(1_000)
      await running
      await mendkit.close()
    },
  }
  return shop
}
