import { z } from 'zod'
import type { Put } from '../../model/change.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { Setting } from '../../model/setting.ts'
import { once } from '../../once.ts'
import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { CallContext } from '../../ports/context.ts'
import { errorText, message } from '../../redact/message.ts'
import { engineTenant } from '../engine-tenant.ts'
import { queueNotice } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import type { AnchorPass } from './anchor-pass.ts'

/** Since when a sink does not take everything, as all hosts know it. */
interface SinkTrouble {
  /** Ms since 1970, by the store's time. */
  readonly since: number
  /** Whether people were called. */
  readonly told: boolean
}

const shape = once(() => z.object({ since: z.number(), told: z.boolean() }))

/** Id of the engine's setting that says since when a sink does not take everything. */
export function troubleId(sink: string): string {
  return `anchor-trouble:${sink}`
}

/** Reads since when a sink is in trouble; undefined when all is well. */
export function troubleOf(setting: Setting | undefined): SinkTrouble | undefined {
  return shape().safeParse(setting?.value).data
}

/**
 * Keeps account of a sink that fails, calls people once when it has failed for `settings.audit.anchorAlarmMs`, and tells them once when
 * it takes everything again. One host of several is enough to set it right. Answers since when it fails.
 */
export async function keepAlarm(
  parts: Parts,
  sink: AnchorSink,
  { failed }: AnchorPass,
  ctx: CallContext,
): Promise<number | undefined> {
  const setting = await parts.store.get('setting', engineTenant, troubleId(sink.id), ctx)
  const trouble = troubleOf(setting)
  if (failed === undefined && trouble === undefined) return undefined
  const now = await parts.store.now(ctx)
  const row = { tenant: engineTenant, id: troubleId(sink.id), revision: setting?.revision ?? 0 }
  if (failed === undefined) {
    await commit(parts, { ...row, value: null }, trouble?.told === true ? recovered(parts, sink) : undefined, ctx)
    return undefined
  }
  const since = trouble?.since ?? now
  const isDue = trouble?.told !== true && now - since >= parts.settings.audit.anchorAlarmMs
  if (trouble !== undefined && !isDue) return since
  await commit(
    parts,
    { ...row, value: { since, told: isDue } },
    isDue ? alarm(parts, sink, since, failed) : undefined,
    ctx,
  )
  return since
}

type Notice = { readonly put: readonly Put[]; readonly audit: readonly AuditDraft[] }

const subject = { tenant: engineTenant, id: 'engine' } as const

function alarm(parts: Parts, { id }: AnchorSink, since: number, failed: unknown): Notice {
  const at = new Date(since).toISOString()
  return queueNotice(parts, subject, {
    urgency: 'page',
    title: message`Audit logs are not anchored in ${id}`,
    body: message`Since ${at} the anchor sink ${id} does not take the checkpoints of all audit logs: ${errorText(failed)}. What was recorded since then can be cut or rewritten unseen by whoever has the database and the key. What to do: make the sink work again, or take it out of system.anchors.`,
    dedupeKey: `engine:anchor:${id}:${since}`,
  })
}

function recovered(parts: Parts, { id }: AnchorSink): Notice {
  return queueNotice(parts, subject, {
    urgency: 'info',
    title: message`Audit logs are anchored in ${id} again`,
    body: message`The anchor sink ${id} has taken the checkpoints of all audit logs.`,
    dedupeKey: `engine:anchor:${id}:recovered:${parts.clock.now()}`,
  })
}

/** A conflict means that another host was first, and tells. */
async function commit(parts: Parts, row: Setting, notice: Notice | undefined, ctx: CallContext): Promise<void> {
  const put: Put[] = [{ kind: 'document', table: 'setting', row }, ...(notice?.put ?? [])]
  await parts.store.commit({ tenant: row.tenant, expect: [], put, audit: notice?.audit ?? [] }, ctx)
}
