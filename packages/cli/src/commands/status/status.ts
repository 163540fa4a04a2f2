import { type AuditHead, type Mendkit, type Phase, phases, unfinishedExecutionStates } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { pendingCommands } from '../../store/pending-commands.ts'
import { pageSize, readPages } from '../../store/read-pages.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { pausedBy } from '../../store/switched-by.ts'
import { newestStart } from './engine-start.ts'
import { failedNotices } from './failed-notices.ts'
import type { Status } from './shape.ts'
import { statusText } from './status-text.ts'

/** Beyond this nothing is counted. */
const countLimit = 10_000

/** `mendkit status` */
export const status: Command = {
  name: 'status',
  summary: 'How things stand: incidents by phase, what waits for people, the kill switch, the newest start of a host.',
  options: storeOptions,
  examples: ['mendkit status', 'mendkit status --db /var/lib/mendkit/mendkit.db --json'],
  run: (call) =>
    reading(call, async ({ database, diverged, mendkit, store, by, ctx }) => {
      const { tenant } = by
      const incidents = await incidentsByPhase(mendkit)
      const pending = await pendingCommands(store, tenant, undefined, ctx)
      const found: Status = {
        database,
        diverged,
        tenant,
        incidents,
        openApprovals: await count((after) =>
          store.list('approval', { tenant, states: ['open'], limit: pageSize, ...from(after) }, ctx),
        ),
        unfinishedExecutions: await count((after) =>
          mendkit.executions.list({ states: unfinishedExecutionStates, limit: pageSize, ...from(after) }),
        ),
        pendingCommands: { count: pending.length, oldest: pending.slice(0, 5) },
        paused: await pausedBy(store, tenant, ctx),
        failedNotices: await failedNotices(store, tenant, ctx),
        audit: endOf(await store.auditHead(tenant, ctx)),
        anchors: await mendkit.audit.anchors(),
        engine: (await newestStart(store, ctx)) ?? null,
      }
      return { json: found, text: (screen) => statusText(found, screen) }
    }),
}

function from(after: string | undefined) {
  return after === undefined ? {} : { after }
}

async function incidentsByPhase({ incidents }: Mendkit): Promise<Status['incidents']> {
  const counts: Partial<Record<Phase, number>> = {}
  for (const phase of phases) {
    const found = await count((after) => incidents.list({ phases: [phase], limit: pageSize, ...from(after) }))
    if (found > 0) counts[phase] = found
  }
  return counts
}

async function count(page: Parameters<typeof readPages<{ readonly id: string }>>[0]): Promise<number> {
  return (await readPages(page, countLimit)).length
}

function endOf({ size, last }: AuditHead): Pick<AuditHead, 'size' | 'last'> {
  return { size, last }
}
