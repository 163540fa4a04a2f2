import { z } from 'zod'
import type { Setting } from '../../model/setting.ts'
import { once } from '../../once.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'

const shape = once(() => z.object({ at: z.number() }))

/** Id of the setting that says that people know of a log that speaks against its anchors. */
export function forkId(sink: string): string {
  return `anchor-refused:${sink}`
}

/** Whether a log and what the sink holds of it speak against each other, as hosts found it. */
export function isForked(setting: Setting | undefined): boolean {
  return shape().safeParse(setting?.value).success
}

/** Takes note that the log and what the sink holds agree again: people are called the next time they do not. */
export async function clearFork(store: Store, sink: string, tenant: string, ctx: CallContext): Promise<void> {
  const setting = await store.get('setting', tenant, forkId(sink), ctx)
  if (setting === undefined || !isForked(setting)) return
  const row = { ...setting, value: null }
  await store.commit({ tenant, expect: [], put: [{ kind: 'document', table: 'setting', row }], audit: [] }, ctx)
}

/** The sinks that are known to speak against a log. */
export async function knownForks(
  store: Store,
  sinks: readonly { readonly id: string }[],
  tenant: string,
  ctx: CallContext,
): Promise<readonly string[]> {
  const settings = await Promise.all(sinks.map(({ id }) => store.get('setting', tenant, forkId(id), ctx)))
  return sinks.flatMap(({ id }, index) => (isForked(settings[index]) ? [id] : []))
}
