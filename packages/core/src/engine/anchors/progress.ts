import { z } from 'zod'
import type { Setting } from '../../model/setting.ts'
import { once } from '../../once.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'

/** How far one log is anchored in one sink, as all hosts know it. */
interface AnchorProgress {
  readonly size: number
  /** When, by the store's time. */
  readonly at: number
}

const shape = once(() => z.object({ size: z.int().min(0), at: z.number() }))

/** Id of the setting that holds how far a tenant's log is anchored in a sink. */
export function progressId(sink: string): string {
  return `anchor:${sink}`
}

/** Reads how far a log is anchored; undefined where nothing is known. Verification believes none of it. */
export function progressOf(setting: Setting | undefined): AnchorProgress | undefined {
  return shape().safeParse(setting?.value).data
}

/** Tells the other hosts how far the log is anchored. Whoever was faster knows as much. */
export async function keepProgress(
  parts: Parts,
  tenant: string,
  sink: string,
  progress: AnchorProgress,
  revision: number,
  ctx: CallContext,
): Promise<void> {
  const row = { tenant, id: progressId(sink), value: { ...progress }, revision }
  await parts.store.commit({ tenant, expect: [], put: [{ kind: 'document', table: 'setting', row }], audit: [] }, ctx)
}
