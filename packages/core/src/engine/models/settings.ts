import { z } from 'zod'
import { unknownModelPrice } from '../../builtin/model-prices.ts'
import { count, group } from '../setting-fields.ts'

const mostMoney = 1_000_000_000_000
const mostTokens = 1_000_000_000_000
const longestDay = 86_400_000

const money = (about: string) => z.int().min(1).max(mostMoney).describe(about).exactOptional()
const price = (about: string) => z.number().min(0).max(100_000_000).describe(about)
const name = (about: string) => z.string().min(1).max(200).describe(about)

const prices = {
  input: price(
    'Micro-dollars (a millionth of a US dollar) for a thousand tokens that are read: 3,000 is $3 for a million.',
  ),
  cachedInput: price('The same for what is read from a cache. Absent: as `input`.').exactOptional(),
  cacheWrite: price('The same for what is written to a cache. Absent: as `input`.').exactOptional(),
  output: price('The same for a thousand tokens that are written, thinking included.'),
}

/** What asking models may cost. */
export const modelSettings = group({
  perIncident: group({
    tokens: count(50_000, 'Tokens of one incident in all, read and written.', mostTokens),
    calls: count(6, 'Calls of one incident in all. Each further attempt of a call counts as one.', 900),
    ms: z
      .int()
      .min(1_000)
      .max(longestDay)
      .default(60_000)
      .describe('Time of one incident in calls. A call is aborted when it is over; none begins in its last second.'),
    microUsd: money('Micro-dollars of one incident in all, by the prices below.'),
  }).describe('Budget of one incident, from when it opens until it is closed.'),
  perDay: group({
    tokens: count(2_000_000, 'Tokens of one tenant on one day (UTC).', mostTokens),
    calls: z.int().min(1).max(mostTokens).describe('Calls of one tenant on one day.').exactOptional(),
    ms: z.int().min(1_000).max(mostTokens).describe('Time of one tenant in calls on one day.').exactOptional(),
    microUsd: money('Micro-dollars of one tenant on one day, by the prices below.'),
  }).describe('Budget of one tenant on one day.'),
  mostOutputTokens: count(
    8_192,
    'Tokens that one reply may have, thinking included; a call that asks for more asks for this.',
    1_000_000,
  ),
  prices: z
    .array(
      z.strictObject({
        provider: name('Whose model, as the adapter names it. `*` stands for any text.'),
        model: name('Which model, as the adapter names it. `*` stands for any text.'),
        ...prices,
      }),
    )
    .max(10_000)
    .readonly()
    .default([])
    .describe(
      'What models cost; the first that fits counts. They come before the public list prices that are built in.',
    ),
  unknownPrice: z
    .strictObject(prices)
    .default({ ...unknownModelPrice })
    .describe('What a model is counted at that neither these nor the built-in prices name.'),
})
