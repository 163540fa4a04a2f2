import { type Detector, type Duration, defineDetector } from '@mendkit/core'
import type { Shop } from './shop.ts'

/** More errors than this are an alert, and not well. */
export const tolerated = 0.05

/** Looks at the error rate. Each look is a complete answer, so an alert that is missing twice has ended. */
export function errorDetector(shop: Shop, every: Duration): Detector {
  return defineDetector({
    id: 'checkout-errors',
    every,
    poll: () =>
      shop.errorRate() > tolerated ? [{ labels: { alertname: 'CheckoutErrors', service: 'checkout' } }] : [],
  })
}
