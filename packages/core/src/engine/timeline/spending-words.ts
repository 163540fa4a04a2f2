import type { ModelSpending } from '../../model/model-budget.ts'
import { code, type Markdown, md } from './markdown.ts'
import { duration } from './times.ts'
import { count } from './words.ts'

/** What calls of models cost, such as `2 calls, 5400 tokens, USD 0.0231, 4 s`. */
export function spendingWords({ calls, tokens, cachedInputTokens, microUsd, ms }: ModelSpending): Markdown {
  const cached = cachedInputTokens === 0 ? '' : ` (${cachedInputTokens} from a cache)`
  const cost = code(`USD ${(microUsd / 1_000_000).toFixed(4)}`)
  return md`${count(calls, 'call')}, ${count(tokens, 'token')}${cached}, ${cost}, ${duration(ms)}`
}
