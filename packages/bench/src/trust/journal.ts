import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditDraft, type Execution, redact, type Store, systemClock, systemRandom } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, plannedAction } from '@mendkit/testkit'
import { type Effort, type Row, statedRow } from '../row.ts'

const ctx = callContext()
const tenant = 'bench'

/**
 * Steps of the journal on a SQLite file: the intent of an effect, then its outcome, each a durable commit of the execution, its
 * lock, the cap and an audit entry. One flow waits for each commit before the next; of many, whatever waits shares one.
 */
export async function* journal({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const rates = { one: [] as number[], many: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    rates.one.push(await onFile((file) => stepsPerSecond(file, 1, smoke ? 5 : 500)))
    rates.many.push(await onFile((file) => stepsPerSecond(file, 256, smoke ? 1 : 20)))
  }
  yield statedRow('journal steps on SQLite, one flow', 'steps/s', rates.one)
  yield statedRow('journal steps on SQLite, 256 flows', 'steps/s', rates.many)
}

async function onFile(measure: (file: string) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-bench-'))
  try {
    return await measure(join(folder, 'bench.db'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** So many flows at once, each with so many effects of two steps, in a database that has no tables yet. */
export async function stepsPerSecond(source: string, flows: number, effectsOfEach: number): Promise<number> {
  const store = sqlStore(source)
  await store.open({ clock: systemClock }, ctx)
  const began = performance.now()
  await Promise.all(Array.from({ length: flows }, (_, index) => flow(store, `flow-${index}`, effectsOfEach)))
  const seconds = (performance.now() - began) / 1_000
  await store.close()
  return (2 * flows * effectsOfEach) / seconds
}

async function flow(store: Store, name: string, effects: number): Promise<void> {
  let lock = 0
  for (let index = 0; index < effects; index += 1) {
    const execution = executionOf(name, index)
    await step(store, execution, { lock, holder: execution.planId, add: 1 })
    await step(store, { ...execution, state: 'succeeded', revision: 1 }, { lock: lock + 1, add: -1 })
    lock += 2
  }
}

async function step(
  store: Store,
  row: Execution,
  { lock, holder, add }: { readonly lock: number; readonly holder?: string; readonly add: number },
): Promise<void> {
  const lockRow = { tenant, id: row.incidentId, revision: lock, ...(holder !== undefined && { holder }) }
  const result = await store.commit(
    {
      tenant,
      expect: [],
      put: [
        { kind: 'document', table: 'execution', row },
        { kind: 'document', table: 'lock', row: lockRow },
        { kind: 'counter', name: 'executions-in-flight', add },
      ],
      audit: [entryOf(row)],
    },
    ctx,
  )
  if (result.kind === 'conflict') throw new Error(`a step conflicted: ${result.because}`)
}

function entryOf({ id, incidentId, sends }: Execution): AuditDraft {
  return {
    type: 'execution-observed',
    at: systemClock.now(),
    salt: systemRandom.hex(16),
    actor: { kind: 'engine', id: 'bench' },
    subject: { kind: 'incident', id: incidentId },
    data: { execution: id, outcome: 'applied', sends },
    blobs: {},
  }
}

function executionOf(name: string, index: number): Execution {
  const { type, params, target, risk, before, after, guard, fieldsDigest, blastRadius, lockKeys } = plannedAction()
  const planned = { type, params, target, risk, before, after, guard, fieldsDigest, blastRadius, lockKeys }
  const ids = { id: `${name}-${index}`, incidentId: name, planId: `plan-${name}-${index}` }
  const times = { mintedAt: 0, intentAt: 0, deadline: 0 }
  const counts = { index: 0, fence: 1, sends: 1, reads: 0, measuresBefore: [], revision: 0 }
  return { tenant, ...ids, cause: redact('bad-rollout'), state: 'intent', ...planned, ...times, ...counts }
}
