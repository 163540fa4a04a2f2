import type { MendkitError } from '../../errors.ts'
import type { RefusedAlert } from '../../model/alert.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { ToldBatch } from './parse-batch.ts'

/**
 * The batch without the alerts whose stored rows do not read back: they are refused, the others are taken. Such an alert
 * cannot be taken as new either, because the row would be in its place.
 */
export function leaveOutCorrupt(
  parts: Pick<Parts, 'log' | 'metrics'>,
  batch: ToldBatch,
  corrupt: ReadonlyMap<string, MendkitError>,
): ToldBatch {
  if (corrupt.size === 0) return batch
  const refused: RefusedAlert[] = [...batch.refused]
  for (const { id, index } of batch.alerts) {
    const error = corrupt.get(id)
    if (error === undefined) continue
    const because = describeFailure('it cannot be merged with what is stored', error)
    parts.metrics.count('mendkit_alerts_refused_total', { rule: 'corrupt' })
    parts.log.error(describeFailure(`an alert of source ${batch.source} is not taken`, error))
    refused.push({ index, path: `alerts[${index}]`, because })
  }
  return { ...batch, alerts: batch.alerts.filter(({ id }) => !corrupt.has(id)), refused }
}
