import type { Action } from '@mendkit/core'
import type { FlagClient } from './flag-client.ts'
import { setFlag } from './set-flag.ts'

/**
 * The action with a mistake that looks right: it says that its write happened because the flag is as it wanted it. A colleague
 * may have switched it, or an earlier execution. The tests show who finds that.
 */
export function observedByValue(client: FlagClient): Action {
  return {
    ...setFlag(client),
    async observe({ target, preview }, { signal }) {
      const flag = await client.get(target.name, signal)
      if (flag === undefined) return 'gone'
      return JSON.stringify({ on: flag.on }) === JSON.stringify(preview.after) ? 'applied' : 'not-applied'
    },
  }
}
