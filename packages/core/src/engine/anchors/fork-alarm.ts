import type { MendkitError } from '../../errors.ts'
import type { Put } from '../../model/change.ts'
import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { CallContext } from '../../ports/context.ts'
import { errorText, message } from '../../redact/message.ts'
import { describeFailure } from '../failure.ts'
import { queueNotice } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import type { AnchorPass } from './anchor-pass.ts'
import { forkId, isForked } from './fork-setting.ts'

/**
 * Calls people at once, and once until the two agree again, for each log that speaks against what was anchored of it. What fails
 * for one is tried again by the next pass, and keeps no other back.
 */
export async function tellForks(
  parts: Parts,
  sink: AnchorSink,
  { refused }: AnchorPass,
  ctx: CallContext,
): Promise<void> {
  for (const { tenant, error } of refused) {
    try {
      await tellFork(parts, sink, tenant, error, ctx)
    } catch (failure) {
      ctx.signal.throwIfAborted()
      parts.log.warn(describeFailure(`nobody was told yet that the log of tenant ${tenant} is refused`, failure))
    }
  }
}

async function tellFork(
  parts: Parts,
  sink: AnchorSink,
  tenant: string,
  error: MendkitError,
  ctx: CallContext,
): Promise<void> {
  const setting = await parts.store.get('setting', tenant, forkId(sink.id), ctx)
  if (isForked(setting)) return
  const at = await parts.store.now(ctx)
  const told = queueNotice(
    parts,
    { tenant, id: 'engine' },
    {
      urgency: 'page',
      title: message`An audit log and its anchors in ${sink.id} speak against each other`,
      body: message`${errorText(error)}. Until somebody has found out, trust neither the log nor what was done since.`,
      dedupeKey: `engine:anchor-refused:${sink.id}:${at}`,
    },
  )
  const row = { tenant, id: forkId(sink.id), value: { at }, revision: setting?.revision ?? 0 }
  const put: Put[] = [{ kind: 'document', table: 'setting', row }, ...told.put]
  await parts.store.commit({ tenant, expect: [], put, audit: told.audit }, ctx)
}
