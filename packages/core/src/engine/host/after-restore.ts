import type { Approval } from '../../model/approval.ts'
import { restoredSetting } from '../../model/setting.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { writeSetting } from './write.ts'

const pageSize = 1_000

/**
 * What a restored database asks for before anything is done on it: no approval of before counts. Whoever gave it saw a world
 * that the store knows only up to the backup, and it may have been used since. Every execution that was under way is classified by
 * its incident's next step, as after any other crash. Several hosts may do this at once.
 */
export async function afterRestore(parts: Parts, ctx: CallContext): Promise<void> {
  const { tenant, id } = restoredSetting
  const restored = await parts.store.get('setting', tenant, id, ctx)
  if (restored === undefined || restored.value === null) return
  let voided = 0
  for (;;) {
    const page = await parts.store.list('approval', { states: ['open', 'granted'], limit: pageSize }, ctx)
    if (page.length === 0) break
    const committed = await Promise.all(page.map((approval) => voidOne(parts, approval, ctx)))
    voided += committed.filter(Boolean).length
  }
  await writeSetting(parts, tenant, id, null, { audit: [] }, ctx)
  parts.log.warn(message`this database was restored from a backup: ${voided} open approvals are void and asked anew`)
}

/** False when another host was faster. */
async function voidOne(parts: Parts, approval: Approval, ctx: CallContext): Promise<boolean> {
  const { tenant, id, planId, incidentId } = approval
  const because = 'restored'
  const subject = { kind: 'incident', id: incidentId } as const
  const committed = await parts.store.commit(
    {
      tenant,
      expect: [],
      put: [
        { kind: 'document', table: 'approval', row: { ...approval, state: 'void', voidBecause: because } },
        { kind: 'raise', incidentId },
      ],
      audit: [draft(parts, 'approval-void', subject, { approval: id, plan: planId, because })],
    },
    ctx,
  )
  return committed.kind === 'committed'
}
