import type { MendkitOptions } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { freshWorld, openShop, type Shop, setFlag } from './shop.ts'

type Given = NonNullable<Parameters<typeof openShop>[0]>

/** A shop in which one incident after the other is about the same flag, without anything that ties them together. */
export function openManyShop(given: Given = {}): Shop {
  const world = given.world ?? freshWorld()
  const whole = setFlag(world)
  const preview: typeof whole.preview = async (input, ctx) => ({
    ...(await whole.preview(input, ctx)),
    lockKeys: [input.incident.id],
  })
  const settings: MendkitOptions['settings'] = {
    ...given.settings,
    diagnosis: { minIntervalMs: 0 },
    execution: { cooldownMs: 0 },
    verification: { soakMs: 0, deadlineMs: 60_000 },
    hold: { ms: 60_000 },
  }
  return openShop({ action: { ...whole, preview }, ...given, world, settings })
}

/** Opens the incident of this name and advances the clock until it no longer moves by itself. */
export async function breakIt(shop: Shop, name: string): Promise<string> {
  shop.world.flag = { ...shop.world.flag, on: true }
  await shop.fire([name], { resource: name, since: 'now' })
  const settled = ['suggested', 'awaiting-approval', 'verifying', 'handed-over', 'escalated']
  await shop.untilTrue(`${name} is decided`, async () => {
    const incident = await incidentOf(shop, name)
    return incident !== undefined && settled.includes(incident.phase)
  })
  return (await incidentOf(shop, name))?.id ?? ''
}

/** Clears the incident of this name and advances the clock until it is closed. */
export async function cure(shop: Shop, name: string): Promise<void> {
  await shop.clear([name], { resource: name })
  await shop.untilTrue(`${name} is closed`, async () => (await incidentOf(shop, name))?.phase === 'closed')
}

/** What a person does while something is only suggested. */
export const byHand = {
  same: (shop: Shop) => {
    shop.world.flag = { ...shop.world.flag, on: false, version: shop.world.flag.version + 1 }
  },
  different: (shop: Shop) => {
    shop.world.flag = { ...shop.world.flag, uid: `${shop.world.flag.uid}+` }
  },
  nothing: () => undefined,
} as const

/** The newest incident whose title names this alert. */
export async function incidentOf(shop: Shop, name: string) {
  const all = await shop.store.list('incident', { tenant: 'default', descending: true, limit: 1_000 }, callContext())
  return all.find(({ title }) => title.startsWith(`${name} `))
}
