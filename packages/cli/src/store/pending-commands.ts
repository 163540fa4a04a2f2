import type { CallContext, Command, Store } from '@mendkit/core'
import type { pairs, Screen } from '../terminal/screen.ts'
import { momentWithAge } from '../terminal/time.ts'
import { pageSize, readPages } from './read-pages.ts'

/** What somebody told and no host has carried out yet. Moments are ISO 8601. */
export interface PendingCommand {
  readonly id: string
  readonly kind: Command['body']['kind']
  readonly incident: string
  /** The approval or the execution that it is about, if any. */
  readonly about?: string
  readonly by: string
  readonly at: string
}

/** Oldest first, at most 10,000; of one incident, or of all. */
export async function pendingCommands(
  store: Store,
  tenant: string,
  incidentId: string | undefined,
  ctx: CallContext,
): Promise<readonly PendingCommand[]> {
  const of = incidentId === undefined ? {} : { incidentId }
  const found = await readPages((after) => {
    const from = after === undefined ? {} : { after }
    return store.list('command', { tenant, states: ['pending'], limit: pageSize, ...of, ...from }, ctx)
  }, 10_000)
  return found.map(told)
}

function told({ id, incidentId, by, at, body }: Command): PendingCommand {
  const about = 'approvalId' in body ? body.approvalId : 'executionId' in body ? body.executionId : undefined
  return {
    id,
    kind: body.kind,
    incident: incidentId,
    ...(about !== undefined && { about }),
    by: by.id,
    at: new Date(at).toISOString(),
  }
}

/** Those that are about this approval or execution. */
export function pendingAbout(commands: readonly PendingCommand[], id: string): readonly PendingCommand[] {
  return commands.filter(({ about }) => about === id)
}

/** One line a command: what, who and when; of which incident where that is not clear. */
export function pendingText(commands: readonly PendingCommand[], screen: Screen, withIncident: boolean): string {
  return commands
    .map(({ kind, about, incident, by, at }) => {
      const what = [kind, ...(about === undefined ? [] : [about]), ...(withIncident ? ['of', incident] : [])]
      return `${what.join(' ')} by ${by}, ${momentWithAge(Date.parse(at), screen.now)}`
    })
    .join('\n')
}

/** The row that tells of them, where there are any. */
export function pendingRow(commands: readonly PendingCommand[], screen: Screen): Parameters<typeof pairs>[0] {
  return commands.length === 0 ? [] : [['Waits for host', pendingText(commands, screen, false)]]
}
