import type { MendkitError } from '../../errors.ts'
import type { RefusedAlert } from '../../model/alert.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { ToldBatch } from './parse-batch.ts'

/**
 * The batch without the alerts whose stored rows do not read back: they are refused, the others are taken. Such an alert
 * cannot be taken as new either, because the row would be in its place. The log tells the first and how many, however many
 * there are; the answer to whoever sent them tells each.
 */
export function leaveOutCorrupt(
  parts: Pick<Parts, 'log' | 'metrics'>,
  batch: ToldBatch,
  corrupt: ReadonlyMap<string, MendkitError>,
): ToldBatch {
  if (corrupt.size === 0) return batch
  const refused: RefusedAlert[] = [...batch.refused]
  const errors: MendkitError[] = []
  for (const { id, index } of batch.alerts) {
    const error = corrupt.get(id)
    if (error === undefined) continue
    errors.push(error)
    const because = describeFailure('it cannot be merged with what is stored', error)
    parts.metrics.count('mendkit_alerts_refused_total', { rule: 'corrupt' })
    refused.push({ index, path: `alerts[${index}]`, because })
  }
  const [first] = errors
  if (first !== undefined) {
    const what = errors.length === 1 ? 'an alert is' : `${errors.length} alerts are`
    parts.log.error(describeFailure(`${what} not taken from source ${batch.source}; the first`, first))
  }
  return { ...batch, alerts: batch.alerts.filter(({ id }) => !corrupt.has(id)), refused }
}
