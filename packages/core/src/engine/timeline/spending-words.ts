import type { ModelSpending } from '../../model/model-budget.ts'
import { duration } from './times.ts'
import { count } from './words.ts'

/** What calls of models cost, such as `2 calls, 5,400 tokens, $0.0231, 4 s`. */
export function spendingWords({ calls, tokens, cachedInputTokens, microUsd, ms }: ModelSpending): string {
  const cached = cachedInputTokens === 0 ? '' : ` (${cachedInputTokens} from a cache)`
  return `${count(calls, 'call')}, ${count(tokens, 'token')}${cached}, ${dollars(microUsd)}, ${duration(ms)}`
}

/** Micro-dollars as dollars with four digits behind the point. */
export function dollars(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(4)}`
}
