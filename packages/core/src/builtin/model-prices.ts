import type { ModelPrice, PricedModel } from '../model/model-budget.ts'

/**
 * Public list prices, in micro-dollars for a thousand tokens (so 3,000 is three dollars for a million), of the standard tier, of
 * prompts below 100,000 tokens, with the provider's shortest cache where it has several, looked up on 2026-11-27. Providers change
 * them without notice, and contracts, regions, other tiers and resellers have others: what stands in `settings.models.prices` comes
 * before all of these. The first that fits counts. A model that is not here is counted at `settings.models.unknownPrice`.
 */
export const modelPrices: readonly PricedModel[] = [
  priced('*claude-fable-5*', 10_000, 1_000, 50_000, 12_500),
  priced('*claude-mythos-5*', 10_000, 1_000, 50_000, 12_500),
  priced('*claude-opus-5-5*', 4_000, 200, 20_000, 5_000),
  priced('*claude-opus-5*', 5_000, 500, 25_000, 6_250),
  ...['4-5', '4-6', '4-7', '4-8'].map((version) => priced(`*claude-opus-${version}*`, 5_000, 500, 25_000, 6_250)),
  priced('*claude-opus-4*', 15_000, 1_500, 75_000, 18_750),
  priced('*claude-sonnet-5-5*', 2_000, 100, 10_000, 2_500),
  priced('*claude-sonnet-5*', 2_000, 200, 10_000, 2_500),
  priced('*claude-sonnet-4*', 3_000, 300, 15_000, 3_750),
  priced('*claude-3-7-sonnet*', 3_000, 300, 15_000, 3_750),
  priced('*claude-haiku-5-5*', 100, 10, 500, 125),
  priced('*claude-haiku-4-5*', 1_000, 100, 5_000, 1_250),
  priced('*claude-3-5-haiku*', 800, 80, 4_000, 1_000),

  priced('gpt-6-astra*', 10_000, 1_000, 50_000),
  priced('gpt-5.6-sol*', 4_000, 400, 20_000),
  priced('gpt-5.6-terra*', 2_000, 200, 12_000),
  priced('gpt-5.6-luna*', 200, 20, 1_200),
  priced('gpt-5.5-pro*', 30_000, 30_000, 180_000),
  priced('gpt-5.5*', 5_000, 500, 30_000),
  priced('gpt-5.4-pro*', 30_000, 30_000, 180_000),
  priced('gpt-5.4-mini*', 750, 75, 4_500),
  priced('gpt-5.4-nano*', 200, 20, 1_250),
  priced('gpt-5.4*', 2_500, 250, 15_000),
  priced('gpt-5.3*', 1_750, 175, 14_000),
  priced('gpt-5.2-pro*', 21_000, 21_000, 168_000),
  priced('gpt-5.2*', 1_750, 175, 14_000),
  priced('gpt-5.1*', 1_250, 125, 10_000),
  priced('gpt-5-pro*', 15_000, 15_000, 120_000),
  priced('gpt-5-mini*', 250, 25, 2_000),
  priced('gpt-5-nano*', 50, 5, 400),
  priced('gpt-5*', 1_250, 125, 10_000),
  priced('gpt-4.1-mini*', 400, 100, 1_600),
  priced('gpt-4.1-nano*', 100, 25, 400),
  priced('gpt-4.1*', 2_000, 500, 8_000),
  priced('gpt-4o-mini*', 150, 75, 600),
  priced('gpt-4o*', 2_500, 1_250, 10_000),
  priced('o3-mini*', 1_100, 550, 4_400),
  priced('o3-pro*', 20_000, 20_000, 80_000),
  priced('o4-mini*', 1_100, 275, 4_400),

  priced('*gemini-3.8-flash*', 1_500, 1_500, 7_500),
  priced('*gemini-3.5-flash-lite*', 300, 300, 2_500),
  priced('*gemini-3.5-flash*', 1_500, 1_500, 9_000),
  priced('*gemini-3.1-pro*', 2_000, 2_000, 12_000),
  priced('*gemini-2.5-pro*', 1_250, 1_250, 10_000),
  priced('*gemini-2.5-flash-lite*', 100, 100, 400),
  priced('*gemini-2.5-flash*', 300, 300, 2_500),
]

/** What a model is counted at that nobody has a price of: the dearest of the list above. */
export const unknownModelPrice: ModelPrice = { input: 30_000, output: 180_000 }

function priced(model: string, input: number, cachedInput: number, output: number, cacheWrite = input): PricedModel {
  return { provider: '*', model, input, cachedInput, cacheWrite, output }
}
