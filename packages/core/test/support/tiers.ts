import { defineNotifier, type MendkitOptions, type Notice, type Store } from '@mendkit/core'
import type { VirtualClock } from '@mendkit/testkit'
import { freshWorld, openShop, type Shop } from './shop.ts'

/** Who was told what, and when. */
interface Told {
  readonly by: string
  readonly notice: Notice
  readonly at: number
}

/** A shop whose notices are kept by notifier. */
export interface TieredShop {
  readonly shop: Shop
  readonly told: readonly Told[]
  /** `notifier tier/round` of each page, in order; without an escalation policy only the notifier. */
  readonly pages: () => readonly string[]
  /** Notices of one kind that one notifier got. */
  readonly of: (by: string, urgency?: Notice['urgency']) => readonly Notice[]
}

type Escalation = NonNullable<MendkitOptions['settings']>['escalation']

const minute = 60_000

/** Two tiers of five minutes; the second is two notifiers. */
export const twoTiers: NonNullable<Escalation> = {
  policies: [
    {
      id: 'shop',
      tiers: [
        { notifiers: ['first'], acknowledgeMs: 5 * minute },
        { notifiers: ['second', 'lead'], acknowledgeMs: 5 * minute },
      ],
    },
  ],
}

/** Opens a shop with four notifiers, in which a fix makes it worse, so that a person is needed. */
export function openTiered(
  escalation: Escalation | 'none' = twoTiers,
  given: Parameters<typeof openShop>[0] & { readonly clock?: VirtualClock; readonly store?: Store } = {},
  ids: readonly string[] = ['first', 'second', 'lead'],
): TieredShop {
  const told: Told[] = []
  const world = given.world ?? freshWorld()
  world.health = 0.5
  const notifiers = ids.map((id) =>
    defineNotifier({
      id,
      reachesPeople: true,
      send: async (notice) => void told.push({ by: id, notice, at: shop.clock.now() }),
    }),
  )
  const settings = { ...given.settings, ...(escalation !== undefined && escalation !== 'none' && { escalation }) }
  const shop = openShop({ ...given, world, notifiers, settings })
  return {
    shop,
    told,
    pages: () => told.filter(({ notice }) => notice.urgency === 'page').map(pageWords),
    of: (by, urgency) =>
      told
        .filter((each) => each.by === by && (urgency ?? each.notice.urgency) === each.notice.urgency)
        .map(({ notice }) => notice),
  }
}

function pageWords({ by, notice: { page } }: Told): string {
  return page === undefined ? by : `${by} ${page.tier}/${page.round}`
}
