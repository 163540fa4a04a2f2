import type { Put } from '../../model/change.ts'
import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { CallContext } from '../../ports/context.ts'
import { errorText, message } from '../../redact/message.ts'
import { queueNotice } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import type { AnchorPass } from './anchor-pass.ts'

/** Id of the setting that says that people know of a log that speaks against its anchors. */
export function forkId(sink: string): string {
  return `anchor-refused:${sink}`
}

/** Calls people at once, and once, for each log that speaks against what was anchored of it. */
export async function tellForks(
  parts: Parts,
  sink: AnchorSink,
  { refused }: AnchorPass,
  ctx: CallContext,
): Promise<void> {
  for (const { tenant, error } of refused) {
    const setting = await parts.store.get('setting', tenant, forkId(sink.id), ctx)
    if (setting !== undefined) continue
    const told = queueNotice(
      parts,
      { tenant, id: 'engine' },
      {
        urgency: 'page',
        title: message`An audit log and its anchors in ${sink.id} speak against each other`,
        body: message`${errorText(error)}. Until somebody has found out, trust neither the log nor what was done since.`,
        dedupeKey: `engine:anchor-refused:${sink.id}`,
      },
    )
    const row = { tenant, id: forkId(sink.id), value: { at: await parts.store.now(ctx) }, revision: 0 }
    const put: Put[] = [{ kind: 'document', table: 'setting', row }, ...told.put]
    await parts.store.commit({ tenant, expect: [], put, audit: told.audit }, ctx)
  }
}
