import type { SimulatedImage } from '@mendkit/testkit'

/** A Deployment of the shop, and what becomes of it. */
export interface Workload {
  readonly name: string
  /** How many pods it wants. */
  readonly replicas: number
  readonly goodImage: string
  readonly badImage: string
  /** How containers of each image behave. */
  readonly images: Readonly<Record<string, SimulatedImage>>
  /** A rollout takes all old pods away at once, instead of a few at a time. */
  readonly allAtOnce?: boolean
  /** Services that suffer with it, and a disk that fills up meanwhile, make a storm of it. */
  readonly inStorm?: boolean
}

/** Its new version dies at once, and everybody who calls it notices. */
export const checkout: Workload = {
  name: 'checkout',
  replicas: 48,
  goodImage: 'shop/checkout:1.9.3',
  badImage: 'shop/checkout:2.0.0',
  images: {
    'shop/checkout:1.9.3': { behaviour: 'healthy' },
    'shop/checkout:2.0.0': {
      behaviour: 'crash',
      // The password is there to show that it goes no further than this line.
      logs: [
        'checkout 2.0.0 starting',
        'connecting to postgres://checkout:correct-horse@orders-db.shop:5432/orders',
        'fatal: column orders.currency does not exist: migration 0042 has not run',
      ].join('\n'),
    },
  },
  inStorm: true,
}

/** Its new version dies at once, and so does what a colleague tries in its place. */
export const prices: Workload = {
  name: 'prices',
  replicas: 6,
  goodImage: 'shop/prices:4.1.0',
  badImage: 'shop/prices:4.2.0',
  images: {
    'shop/prices:4.1.0': { behaviour: 'healthy' },
    'shop/prices:4.2.0': { behaviour: 'crash', logs: 'fatal: no rate for EUR' },
    'shop/prices:4.2.1': { behaviour: 'crash', logs: 'fatal: no rate for USD' },
  },
}

/** What a colleague tries in place of the bad version of `prices`. */
export const pricesHotfix = 'shop/prices:4.2.1'

/** A third of its new version dies. The old one, which used to work, would die altogether: its data has moved on. */
export const orders: Workload = {
  name: 'orders',
  replicas: 6,
  goodImage: 'shop/orders:7.0.3',
  badImage: 'shop/orders:7.1.0',
  images: {
    'shop/orders:7.0.3': { behaviour: 'healthy' },
    'shop/orders:7.1.0': { behaviour: 'crash', affects: 2, logs: 'fatal: out of connections' },
  },
  allAtOnce: true,
}

/** What the old version of `orders` says once its data has been migrated. */
export const migratedOrders: SimulatedImage = { behaviour: 'crash', logs: 'fatal: the schema is newer than 7.0' }
