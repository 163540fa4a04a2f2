import { classifyInFlight } from '@mendkit/testbed/in-flight'
import { type Effort, type Row, statedRow } from '../row.ts'

/** What a crash costs: a host dies amid many effects, and another finds out which of them happened. */
export async function* inFlight({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const executions = smoke ? 20 : 1_000
  const seconds: number[] = []
  for (let round = 0; round < rounds; round += 1)
    seconds.push((await classifyInFlight(executions)).classifiedMs / 1_000)
  yield statedRow(`classification of ${executions} executions in flight, from a start`, 's', seconds, { atMost: 30 })
}
