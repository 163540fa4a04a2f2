import { z } from 'zod'
import { longest } from './setting-kinds.ts'

const day = 86_400_000
const kept = (about: string) =>
  z
    .union(
      [
        z
          .int()
          .min(day)
          .max(10_000 * day),
        z.literal('forever'),
      ],
      'expected milliseconds, a day or more, or "forever"',
    )
    .describe(`${about} A day or more, or \`"forever"\`.`)
const keptAlerts = z.int().min(3_600_000).max(longest)
const times = {
  alertsMs: keptAlerts.describe(
    'How long an alert that is over stays among the alerts when its incident has closed. Then it is history.',
  ),
  annotationsMs: z
    .int()
    .min(3_600_000)
    .max(10_000 * day)
    .describe('How long history keeps the annotations of a stretch of firing.'),
  episodesMs: kept('How long history keeps each stretch of firing. Then it counts them by day, alert name and object.'),
  historyMs: kept('How long history is kept at all.'),
  pointsMs: z
    .int()
    .min(3_600_000)
    .max(10_000 * day)
    .describe(
      'How long every point of a series is kept that was read as evidence. Then steps are: least, greatest and mean value.',
    ),
  seriesMs: kept('How long a series is kept at all.'),
  noticesMs: kept(
    'How long notices that were sent, and commands that were carried out, are kept when their incident has closed.',
  ),
  incidentsMs: kept(
    'How long what hangs on an incident is kept when it has closed: evidence, diagnoses, plans, approvals, executions, members. The incident stays, and so do its audit entries: both are kept for ever.',
  ),
}
/** How long what is kept is kept, with the defaults. */
export const retentionTimes = {
  alertsMs: times.alertsMs.default(7 * day),
  annotationsMs: times.annotationsMs.default(30 * day),
  episodesMs: times.episodesMs.default(90 * day),
  historyMs: times.historyMs.default(1_100 * day),
  pointsMs: times.pointsMs.default(30 * day),
  seriesMs: times.seriesMs.default(400 * day),
  noticesMs: times.noticesMs.default(90 * day),
  incidentsMs: times.incidentsMs.default(400 * day),
}
/** The same, where a tenant or a kind says otherwise. */
export const optionalTimes = {
  alertsMs: times.alertsMs.exactOptional(),
  annotationsMs: times.annotationsMs.exactOptional(),
  episodesMs: times.episodesMs.exactOptional(),
  historyMs: times.historyMs.exactOptional(),
  pointsMs: times.pointsMs.exactOptional(),
  seriesMs: times.seriesMs.exactOptional(),
  noticesMs: times.noticesMs.exactOptional(),
  incidentsMs: times.incidentsMs.exactOptional(),
}
