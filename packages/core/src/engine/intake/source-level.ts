import { z } from 'zod'
import type { Put } from '../../model/change.ts'
import type { Setting } from '../../model/setting.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import type { ToldBatch } from './parse-batch.ts'

/** Id of the setting that says when a source was last told of completely. */
function sourceLevelId(source: string): string {
  return `complete:${source}`
}

/**
 * Remembers per source the moment of its last complete batch, so that one that is delivered twice, or late, cannot count
 * as a second one in a row.
 */
export interface SourceLevels {
  /** Whether the batch is complete and newer than every complete one before; remembers it when it is. */
  advance(batch: ToldBatch): boolean
  /** The rows that changed. */
  puts(): readonly Put[]
}

/** Reads what the batches need to know about their sources. */
export async function readSourceLevels(
  store: Store,
  tenant: string,
  batches: readonly ToldBatch[],
  ctx: CallContext,
): Promise<SourceLevels> {
  const rows = new Map<string, Setting>()
  const changed = new Set<string>()
  for (const source of new Set(batches.filter((batch) => batch.complete).map((batch) => batch.source))) {
    const id = sourceLevelId(source)
    rows.set(source, (await store.get('setting', tenant, id, ctx)) ?? { tenant, id, value: null, revision: 0 })
  }
  return {
    advance({ complete, source, asOf }) {
      const row = rows.get(source)
      if (!complete || row === undefined || asOf <= lastComplete(row)) return false
      rows.set(source, { ...row, value: { asOf } })
      changed.add(source)
      return true
    },
    puts: () => [...changed].flatMap((source) => documentPut(rows.get(source))),
  }
}

const levelSchema = z.object({ asOf: z.string() })

function lastComplete(row: Setting): string {
  const level = levelSchema.safeParse(row.value)
  return level.success ? level.data.asOf : ''
}

function documentPut(row: Setting | undefined): readonly Put[] {
  return row === undefined ? [] : [{ kind: 'document', table: 'setting', row }]
}
