/** Every budget that can be spent. */
export const budgetNames = [
  'incident-tokens',
  'incident-calls',
  'incident-time',
  'incident-money',
  'day-tokens',
  'day-calls',
  'day-time',
  'day-money',
] as const

/** A budget: of an incident in all, or of a tenant on one day in UTC. */
export type BudgetName = (typeof budgetNames)[number]

/** What a model costs, in micro-dollars (a millionth of a US dollar) for a thousand tokens. */
export interface ModelPrice {
  readonly input: number
  /** @default the price of `input` */
  readonly cachedInput?: number
  /** @default the price of `input` */
  readonly cacheWrite?: number
  readonly output: number
}

/** What some models cost. In both names `*` stands for any text. */
export interface PricedModel extends ModelPrice {
  readonly provider: string
  readonly model: string
}

/** What was used, of one call or summed over many. */
export interface ModelSpending {
  readonly calls: number
  /** Input and output together; what a provider did not count stands at what was reserved for it. */
  readonly tokens: number
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  /** Time in calls, ms. */
  readonly ms: number
  readonly microUsd: number
}
