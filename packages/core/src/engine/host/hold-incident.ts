import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { Holder } from '../../model/escalation.ts'
import type { EventData } from '../../model/event.ts'
import type { Principal } from '../../model/principal.ts'
import { message } from '../../redact/message.ts'
import { isName, nameRule } from '../../redact/names.ts'
import { redact } from '../../redact/redact.ts'
import { blobOf, blobPut } from '../blob.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { holderSetting } from '../steps/load.ts'
import type { Engine } from './engine.ts'
import { actorOf, writeSetting } from './write.ts'

/** For how long nobody is paged: some milliseconds, or until a moment (ISO 8601). A week at most. */
export type Snooze = ({ readonly ms: number } | { readonly until: string }) & {
  /** Kept in the log, redacted. */
  readonly because?: string
}

/** Who has the incident from now on. */
export interface Reassignment {
  /** Id of the person, as `Principal.id`: one line without a secret. */
  readonly to: string
  /** Kept in the log, redacted. */
  readonly because?: string
}

/** Longer is no snooze: whoever wants that takes the incident over. */
const longestSnoozeMs = 7 * 86_400_000

const because = z.string().optional()
const snoozeShape = z.union(
  [
    z.strictObject({ ms: z.int().min(1).max(longestSnoozeMs), because }),
    z.strictObject({ until: z.iso.datetime({ offset: true }), because }),
  ],
  { error: 'expected { ms }, at most a week, or { until }, a moment such as 2026-12-20T18:00:00Z' },
)
const reassignmentShape = z.strictObject({ to: z.string().refine(isName, nameRule), because })

type Kind = Extract<
  EventData['command-given']['kind'],
  'take-over' | 'acknowledge' | 'snooze' | 'reassign' | 'hand-back'
>

/** What a person wants with an incident: the holder to be, nobody for `hand-back`. */
interface Wish {
  readonly kind: Kind
  readonly holder: Holder | null
  readonly because?: string | undefined
}

/** From now on the caller has it. */
export function takes(parts: Parts, by: Principal, kind: 'take-over' | 'acknowledge'): Wish {
  return { kind, holder: { by: by.id, at: parts.clock.now() } }
}

/** The caller has it for a while. Throws `invalid` with the path. */
export function snoozes(parts: Parts, by: Principal, given: Snooze): Wish {
  const parsed = parse(snoozeShape, given, 'snooze')
  const at = parts.clock.now()
  const until = 'ms' in parsed ? at + parsed.ms : Date.parse(parsed.until)
  if (until <= at || until > at + longestSnoozeMs) {
    const text = message`snooze.until: must lie ahead, and at most a week: ${new Date(until).toISOString()} does not`
    throw new MendkitError('invalid', text, { path: 'snooze.until' })
  }
  return { kind: 'snooze', holder: { by: by.id, at, until }, because: parsed.because }
}

/** Somebody else has it from now on. Throws `invalid` with the path. */
export function reassigns(parts: Parts, by: Principal, given: Reassignment): Wish {
  const { to, because: words } = parse(reassignmentShape, given, 'reassign')
  return { kind: 'reassign', holder: { by: to, at: parts.clock.now(), from: by.id }, because: words }
}

/** Writes who has an incident, with an entry that names who said so; its next step tells people and stops or begins paging. */
export async function holdIncident(engine: Engine, by: Principal, id: string, wish: Wish): Promise<void> {
  const { parts } = engine
  const { tenant } = by
  const { kind, holder, because: given } = wish
  const words = given === undefined ? undefined : blobOf(parts, tenant, given)
  const data: EventData['command-given'] = {
    command: parts.ids.next('cmd'),
    kind,
    ...(kind === 'reassign' && holder !== null && { to: holder.by }),
    ...(holder?.until !== undefined && { until: new Date(holder.until).toISOString() }),
  }
  const more = { actor: actorOf(by), ...(words && { blobs: { because: words.digest } }) }
  const entry = draft(parts, 'command-given', { kind: 'incident', id }, data, more)
  const put = [...(words ? [blobPut(words)] : []), { kind: 'raise', incidentId: id } as const]
  const value = holder === null ? null : { ...holder }
  await writeSetting(parts, tenant, holderSetting(id), value, { put, audit: [entry] }, engine.context())
}

function parse<Output>(shape: z.ZodType<Output>, given: unknown, option: string): Output {
  const parsed = shape.safeParse(given)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = [option, ...(issue?.path ?? [])].join('.')
  throw new MendkitError('invalid', message`${path}: ${issue?.message ?? 'is not valid'}`, { path: redact(path) })
}
