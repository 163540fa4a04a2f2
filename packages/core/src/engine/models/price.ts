import { modelPrices } from '../../builtin/model-prices.ts'
import type { ModelPrice } from '../../model/model-budget.ts'
import type { ModelName } from '../../model/model-call.ts'
import type { Settings } from '../../model/settings.ts'

/** What a model costs: by the host's prices, then by those that are built in, else the ceiling. */
export function priceOf({ provider, model }: ModelName, { prices, unknownPrice }: Settings['models']): ModelPrice {
  const fits = [...prices, ...modelPrices].find(
    (each) => matches(each.provider, provider) && matches(each.model, model),
  )
  return fits ?? unknownPrice
}

/** Tokens of a call, each counted once. */
export interface PricedTokens {
  readonly input: number
  readonly cachedInput: number
  readonly cacheWrite: number
  readonly output: number
}

/** Micro-dollars, rounded up. */
export function costOf(tokens: PricedTokens, price: ModelPrice): number {
  const thousandths =
    tokens.input * price.input +
    tokens.cachedInput * (price.cachedInput ?? price.input) +
    tokens.cacheWrite * (price.cacheWrite ?? price.input) +
    tokens.output * price.output
  return Math.ceil(thousandths / 1_000)
}

/** The most that so many tokens can cost, whatever of them is cached. */
export function mostCostOf(tokens: { readonly input: number; readonly output: number }, price: ModelPrice): number {
  const dearest = Math.max(price.input, price.cacheWrite ?? 0, price.cachedInput ?? 0)
  return costOf({ ...tokens, cachedInput: 0, cacheWrite: 0 }, { input: dearest, output: price.output })
}

/** Whether a name is one that a pattern stands for. `*` is any text. */
function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return pattern === name
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0 || found + part.length > name.length - last.length) return false
    at = found + part.length
  }
  return true
}
