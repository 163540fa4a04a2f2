import { z } from 'zod'
import { isName, nameRule } from '../redact/names.ts'
import { ms } from './setting-fields.ts'

const id = z.string().min(1).refine(isName, nameRule)
/** One escalation policy, as a host gives it. */
export const escalationPolicy = z.strictObject({
  id: id.describe('Stands in the audit log and in metrics.'),
  match: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Prometheus matchers that all hold for one firing alert of the incident. None: it is for every incident. The first policy that matches counts.',
    )
    .exactOptional(),
  tiers: z
    .array(
      z.strictObject({
        notifiers: z.array(id).min(1).max(100).describe('Ids of the notifiers that are told.'),
        acknowledgeMs: ms(
          300_000,
          'How long somebody has to take the incident over before the next tier is paged.',
          1_000,
        ),
      }),
    )
    .min(1)
    .max(10)
    .describe('The first is told of everything; each further one is paged when the one before did not answer.'),
  repeats: z.int().min(0).max(10).default(0).describe('How often the tiers are gone through again.'),
  quietHours: z
    .strictObject({
      windows: z
        .array(
          z.strictObject({
            pattern: z.string().min(1).describe('Minutes, as a cron pattern of five parts.'),
            timeZone: z.string().min(1).describe('By the clocks of this time zone.'),
          }),
        )
        .min(1)
        .max(100)
        .describe(
          'Minutes that a cron pattern names by the clocks of a time zone, such as `* 22-23,0-6 * * *` in `Europe/Berlin`.',
        ),
      waits: z
        .enum(['info', 'info-and-ask'])
        .default('info')
        .describe(
          'What waits until they are over, for a day at most. A page never does, and the time to answer a question begins when it is sent.',
        ),
    })
    .describe('When news does not wake anybody. None: never.')
    .exactOptional(),
})
