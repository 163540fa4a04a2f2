import type { Actor, AuditDraft, EventData, EventType, Subject } from '../model/event.ts'
import type { Parts } from './parts.ts'

/** The actor of everything that nobody in particular caused. */
const engineActor: Actor = { kind: 'engine', id: 'engine' }

/** Words one audit entry. */
export function draft<Type extends EventType>(
  parts: Pick<Parts, 'clock' | 'random'>,
  type: Type,
  subject: Subject,
  data: EventData[Type],
  more: { readonly actor?: Actor; readonly blobs?: Readonly<Record<string, string>> } = {},
): AuditDraft {
  const entry = {
    type,
    at: parts.clock.now(),
    salt: parts.random.hex(16),
    actor: more.actor ?? engineActor,
    subject,
    data,
    blobs: more.blobs ?? {},
  }
  // One draft type per event type: the generic above ties `type` to `data`, which a union literal cannot show.
  return entry as AuditDraft
}
