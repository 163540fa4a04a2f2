import type { Check } from '@mendkit/core'
import { tolerated } from './error-detector.ts'
import type { Shop } from './shop.ts'

/** Whether the checkout is well. With a measure, "worse than before" can be told, and then the change is undone. */
export function errorCheck(shop: Shop): Check {
  return {
    spec: 1,
    id: 'checkout-error-rate',
    kind: 'health',
    applies: ({ target }) => target.kind === 'Flag',
    check: async () => {
      const rate = shop.errorRate()
      const because = `${Math.round(rate * 100)} of 100 answers are errors`
      const measure = { name: 'error-rate', value: rate, better: 'lower' as const }
      return { verdict: rate <= tolerated ? 'good' : 'bad', because, measure }
    },
  }
}
