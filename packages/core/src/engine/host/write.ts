import { MendkitError } from '../../errors.ts'
import type { Put } from '../../model/change.ts'
import type { Command, CommandBody } from '../../model/command.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { Json } from '../../model/json.ts'
import type { Principal } from '../../model/principal.ts'
import type { Setting } from '../../model/setting.ts'
import type { CallContext } from '../../ports/context.ts'
import { blobOf, blobPut } from '../blob.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'

/** How often a write that lost against another one is made again. */
const tries = 5

/** The actor of what a principal does. */
export function actorOf(by: Principal) {
  return { kind: 'principal', id: by.id, via: by.via } as const
}

/** Stores a command for the incident's next step, with an audit entry that names who gave it. */
export async function giveCommand(
  parts: Parts,
  by: Principal,
  incidentId: string,
  body: CommandBody,
  because: string | undefined,
  ctx: CallContext,
): Promise<Command> {
  const words = because === undefined ? undefined : blobOf(parts, by.tenant, because)
  const command: Command = {
    tenant: by.tenant,
    id: parts.ids.next('cmd'),
    incidentId,
    state: 'pending',
    by,
    at: parts.clock.now(),
    body,
    ...(words && { because: words.digest }),
    revision: 0,
  }
  const given = draft(
    parts,
    'command-given',
    { kind: 'incident', id: incidentId },
    { command: command.id, kind: body.kind },
    {
      actor: actorOf(by),
      ...(words && { blobs: { because: words.digest } }),
    },
  )
  const put: Put[] = [
    { kind: 'document', table: 'command', row: command },
    { kind: 'raise', incidentId },
  ]
  await parts.store.commit(
    { tenant: by.tenant, expect: [], put: words ? [blobPut(words), ...put] : put, audit: [given] },
    ctx,
  )
  return command
}

/** What stands beside a setting in its commit. */
interface Beside {
  readonly put?: readonly Put[]
  readonly audit: readonly AuditDraft[]
}

/** Writes a setting, whoever wrote it before, together with more rows and entries. */
export function writeSetting(
  parts: Parts,
  tenant: string,
  id: string,
  value: Json,
  more: Beside,
  ctx: CallContext,
): Promise<void> {
  return changeSetting(parts, tenant, id, () => ({ value, ...more }), ctx)
}

/** Writes what `change` makes of a setting as it stands, or nothing where that is undefined. What it throws is thrown on. */
export async function changeSetting(
  parts: Parts,
  tenant: string,
  id: string,
  change: (current: Setting | undefined) => (Beside & { readonly value: Json }) | undefined,
  ctx: CallContext,
): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const current = await parts.store.get('setting', tenant, id, ctx)
    const wanted = change(current)
    if (wanted === undefined) return
    const row = { revision: 0, ...current, tenant, id, value: wanted.value }
    const put: Put[] = [{ kind: 'document', table: 'setting', row }, ...(wanted.put ?? [])]
    const result = await parts.store.commit({ tenant, expect: [], put, audit: wanted.audit }, ctx)
    if (result.kind === 'committed') return
  }
  throw new MendkitError('unavailable', `setting ${id} is being changed by others; try again`)
}
