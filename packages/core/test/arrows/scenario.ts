import type { Approval, Incident, IncidentReason, Phase, Principal, phaseTable } from '@mendkit/core'
import { expect } from 'vitest'
import { unreadable } from '../support/gate.ts'
import { openShop, type Shop } from '../support/shop.ts'

/** The name of an arrow that the phase table has, such as `open → diagnosing`. */
type Arrow<From extends Phase = Phase> = {
  [Each in From]: `${Each} → ${keyof (typeof phaseTable)[Each] & Phase}`
}[From]

/** Drives the engine through one arrow and looks at what a user sees of it. */
export interface Scenario {
  /** The reason that the log gives for it; absent: none. */
  readonly reason?: IncidentReason
  /** Answers the shop, still open, once the arrow was taken by its oldest incident. */
  drive(): Promise<Shop>
}

/** A scenario for every arrow that leads out of a phase: the compiler refuses a table that lacks one. */
export type ScenariosFrom<From extends Phase> = Readonly<Record<Arrow<From>, Scenario>>

/** Somebody who may answer. */
export const alice: Principal = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }

type Given = Parameters<typeof openShop>[0]

/** Opens a shop whose incident stands in this phase, and stays there until the gate is opened. */
export async function standing(phase: Exclude<Phase, 'closed'>, given: Given = {}): Promise<Shop> {
  const waitsForPerson = phase === 'awaiting-approval' || phase === 'escalated'
  const shop = openShop({
    ...(waitsForPerson && { autonomy: { 'namespace:shop': 'approve' } as const }),
    ...(phase === 'handed-over' && { policies: [] }),
    ...(phase === 'suggested' && { autonomy: {} }),
    ...given,
  })
  shop.gate.at = phase
  await shop.fire()
  if (phase === 'resolved') {
    await shop.until('verifying')
    await shop.clear()
  }
  await shop.until(phase)
  return shop
}

/** Lets the workers at the incident again, and waits until the log says that it took an arrow. */
export async function goesOn(shop: Shop, from: Phase, to: Phase): Promise<Incident> {
  shop.gate.at = undefined
  return taken(shop, from, to)
}

/** Waits until the log says that the incident took an arrow. */
export async function taken(shop: Shop, from: Phase, to: Phase): Promise<Incident> {
  await shop.untilTrue(`it went from ${from} to ${to}`, async () =>
    (await shop.moves()).some((move) => move.from === from && move.to === to),
  )
  return shop.incident()
}

/** The question that is open. */
export async function question(shop: Shop): Promise<Approval> {
  const [open] = await shop.mendkit.approvals.list()
  if (open === undefined) throw new Error('no approval is open')
  return open
}

/** The arrow of a phase in which all alerts clear by themselves. */
export function clears(from: Exclude<Phase, 'closed' | 'resolved' | 'remediating' | 'verifying'>): Scenario {
  return {
    reason: 'self-resolved',
    async drive() {
      const shop = await standing(from)
      await shop.clear()
      const incident = await goesOn(shop, from, 'resolved')
      expect(incident).toMatchObject({ phase: 'resolved', hadEffect: false })
      expect(shop.world).toMatchObject({ effects: [], flag: { on: true } })
      expect(await shop.mendkit.approvals.list()).toEqual([])
      return shop
    },
  }
}

/** The arrow of a phase in which a person closes the incident. */
export function closes(from: Exclude<Phase, 'closed'>, open: () => Promise<Shop> = () => standing(from)): Scenario {
  return {
    reason: 'closed-by-person',
    async drive() {
      const shop = await open()
      const { id } = await shop.incident()
      const effects = [...shop.world.effects]
      await shop.mendkit.as(alice).incidents.close(id, { because: 'we know about it' })
      expect(await goesOn(shop, from, 'closed')).toMatchObject({ phase: 'closed', deadlines: {} })
      await shop.clock.advance(600_000)
      expect(shop.world.effects).toEqual(effects)
      expect(await shop.mendkit.approvals.list()).toEqual([])
      await expect(shop.mendkit.incidents.diagnose(id)).rejects.toMatchObject({ code: 'conflict' })
      return shop
    },
  }
}

/** The arrow of a phase in which a person says that it is over. */
export function resolves(from: 'remediating'): Scenario {
  return {
    reason: 'resolved-by-person',
    async drive() {
      const shop = await standing(from)
      const { id } = await shop.incident()
      await shop.mendkit.as(alice).incidents.resolve(id, { because: 'it was a drill' })
      expect(await goesOn(shop, from, 'resolved')).toMatchObject({ phase: 'resolved' })
      expect(shop.world.effects).toEqual([])
      await shop.clear()
      await shop.until('closed')
      expect(shop.world.effects).toEqual([])
      return shop
    },
  }
}

/** The arrow of a phase in which the engine cannot go on, because what a step must read does not read back. */
export function cannotGoOn(from: 'open' | 'diagnosing' | 'deciding'): Scenario {
  return {
    reason: 'step-failed',
    async drive() {
      const shop = await standing(from)
      shop.gate.symptoms = unreadable
      expect(await goesOn(shop, from, 'escalated')).toMatchObject({ phase: 'escalated', hadEffect: false })
      await shop.untilTrue('a person was called', () => shop.notices.length > 0)
      expect(shop.notices.map(({ urgency, body }) => [urgency, body])).toEqual([
        ['page', expect.stringContaining(`its steps keep failing while it is ${from}`)],
      ])
      return shop
    },
  }
}

/** The arrow of a phase that waits for a person, who asks for a new diagnosis. */
export function diagnosedAgain(from: 'escalated' | 'handed-over' | 'suggested'): Scenario {
  return {
    async drive() {
      const shop = await standing(from)
      const { id, diagnosisId } = await shop.incident()
      await shop.mendkit.as(alice).incidents.diagnose(id)
      await goesOn(shop, from, 'diagnosing')
      await shop.untilTrue('there is a new diagnosis', async () => (await shop.incident()).diagnosisId !== diagnosisId)
      return shop
    },
  }
}
