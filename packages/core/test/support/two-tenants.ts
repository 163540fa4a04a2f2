import {
  historyOf,
  type Ids,
  type Mendkit,
  memoryState,
  type Principal,
  type Random,
  type Store,
  storeOverMemory,
} from '@mendkit/core'
import { callContext, testSigner, virtualClock } from '@mendkit/testkit'
import { freshWorld, openShop, type Shop, setFlag } from './shop.ts'

/** Two tenants in which everything has the same ids and names, and another content. */
export type OneTenant = 'acme' | 'globex'

/** Somebody of a tenant. */
export const somebody = (tenant: OneTenant): Principal => ({ id: 'ada', roles: ['approver'], tenant, via: 'test' })

/** Where the histories of tenants have been played one after the other, each with the same ids. */
export interface Played {
  face(tenant: OneTenant): Mendkit
  readonly mendkit: Mendkit
  readonly shop: Shop
}

/** Numbers instead of times and chance, so that two tenants get the same. */
function numbered(): { readonly ids: Ids; readonly random: Random } {
  const counts = new Map<string, number>()
  let bytes = 0
  return {
    ids: {
      next(prefix) {
        const count = (counts.get(prefix) ?? 0) + 1
        counts.set(prefix, count)
        return `${prefix}_${String(count).padStart(6, '0')}`
      },
    },
    random: { hex: (length) => (++bytes).toString(16).padStart(length * 2, '0'), number: () => 0.5 },
  }
}

/**
 * Plays each tenant's history to its end, so that nothing of one is due while another's is played: two incidents, one whose
 * plan was approved and carried out, and one whose was rejected; the first tenant gets a third. `ask`: what is asked afterwards
 * goes through this store.
 */
export async function play(tenants: readonly OneTenant[], ask = (store: Store): Store => store): Promise<Played> {
  const state = memoryState()
  const open = (store: Store) => {
    const world = freshWorld()
    const clock = virtualClock()
    return openShop({
      ...{ world, clock, store, action: setFlag(world), system: { ...numbered(), signer: testSigner() } },
      autonomy: { 'namespace:shop': 'approve' },
    })
  }
  const opened = () => storeOverMemory(state, { id: 'shared', durable: true })
  for (const tenant of tenants) {
    const shop = open(opened())
    for (const name of tenant === 'acme' ? ['one', 'two', 'three'] : ['one', 'two']) await incident(shop, tenant, name)
    await remember(shop, tenant)
    await shop.stop()
  }
  const shop = open(ask(opened()))
  return { face: (tenant) => shop.mendkit.as(somebody(tenant)), mendkit: shop.mendkit, shop }
}

/** What retention does some days later. */
async function remember({ store }: Shop, tenant: OneTenant): Promise<void> {
  const ctx = callContext()
  const { alerts } = await store.endedAlerts({ tenant, seenBefore: '2100-01-01T00:00:00Z', limit: 10 }, ctx)
  const put = [{ kind: 'history', rows: alerts.map(historyOf) }] as const
  await store.commit({ tenant, expect: [], put, audit: [] }, ctx)
}

async function incident(shop: Shop, tenant: OneTenant, name: string): Promise<void> {
  const face = shop.mendkit.as(somebody(tenant))
  const firedAt = new Date(shop.clock.now() - (tenant === 'acme' ? 60_000 : 0)).toISOString()
  const tell = (status: 'firing' | 'resolved') => {
    const at = new Date(shop.clock.now()).toISOString()
    const alert = {
      labels: { alertname: name, flag: name },
      annotations: { summary: `the flag of ${tenant}` },
      status,
      startsAt: firedAt,
      ...(status === 'resolved' && { endsAt: at }),
    }
    const another = { ...alert, labels: { ...alert.labels, pod: 'another' } }
    return face.ingest({
      source: 'am',
      complete: false,
      asOf: at,
      alerts: tenant === 'acme' ? [alert, another] : [alert],
    })
  }
  const found = async () => (await face.incidents.list()).find(({ title }) => title.startsWith(name))
  const stands = async (...phases: readonly string[]) => phases.includes((await found())?.phase ?? '')
  await tell('firing')
  await shop.untilTrue(`${name} of ${tenant} asks`, () => stands('awaiting-approval'))
  const [question] = await face.approvals.list()
  const answer = { by: somebody(tenant), digest: question?.digest ?? '' }
  const because = `said ${tenant}`
  if (name === 'one') await face.approvals.approve(question?.id ?? '', answer)
  else await face.approvals.reject(question?.id ?? '', { ...answer, because })
  await shop.untilTrue(`${name} of ${tenant} is answered`, () => stands('verifying', 'handed-over'))
  await face.incidents.note((await found())?.id ?? '', `a note of ${tenant}`)
  await shop.clock.advance(1_000)
  await tell('resolved')
  shop.world.flag = { ...shop.world.flag, on: true }
  await shop.untilTrue(`${name} of ${tenant} is closed`, () => stands('closed'))
}
