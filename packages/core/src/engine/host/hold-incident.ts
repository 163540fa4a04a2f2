import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { Holder } from '../../model/escalation.ts'
import type { EventData } from '../../model/event.ts'
import type { Principal } from '../../model/principal.ts'
import type { Setting } from '../../model/setting.ts'
import { once } from '../../once.ts'
import { message } from '../../redact/message.ts'
import { isName, nameRule } from '../../redact/names.ts'
import { blobOf, blobPut } from '../blob.ts'
import { draft } from '../draft.ts'
import { holderOf } from '../escalation/holder.ts'
import type { Parts } from '../parts.ts'
import { holderSetting } from '../steps/load.ts'
import type { Engine } from './engine.ts'
import { wordsShape } from './input-shapes.ts'
import { parseArgument } from './parse-input.ts'
import { actorOf, changeSetting } from './write.ts'

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

/** Who has an acknowledged incident. */
export interface Acknowledgement {
  readonly by: string
  /** Since when, ISO 8601. */
  readonly at: string
  /** It was so before: nothing was recorded now. */
  readonly already: boolean
}

/** Longer is no snooze: whoever wants that takes the incident over. */
const longestSnoozeMs = 7 * 86_400_000

const snoozeShape = once(() => {
  const because = wordsShape().optional()
  const ms = 'expected whole milliseconds from 1 to 604,800,000, which are a week: whoever wants longer takes it over'
  const until = 'expected a moment such as 2026-12-20T18:00:00Z'
  return z.union(
    [
      z.strictObject({ ms: z.int(ms).min(1, ms).max(longestSnoozeMs, ms), because }),
      z.strictObject({ until: z.iso.datetime({ offset: true, error: until }), because }),
    ],
    { error: 'expected { ms }, at most a week, or { until }, a moment such as 2026-12-20T18:00:00Z' },
  )
})
const reassignmentShape = once(() =>
  z.strictObject({ to: z.string().refine(isName, nameRule), because: wordsShape().optional() }),
)

type Kind = Extract<
  EventData['command-given']['kind'],
  'take-over' | 'acknowledge' | 'snooze' | 'reassign' | 'hand-back'
>

/** What a person wants with an incident: the holder to be, nobody for `hand-back`. */
export interface Wish {
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
  const parsed = parseArgument('snooze', snoozeShape(), given)
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
  const { to, because: words } = parseArgument('reassign', reassignmentShape(), given)
  return { kind: 'reassign', holder: { by: to, at: parts.clock.now(), from: by.id }, because: words }
}

/**
 * Writes who has an incident, with an entry that names who said so; its next step tells people and stops or begins paging.
 * What is so already is written once. Answers who has it then, null for nobody. Throws `conflict` for an acknowledgement or
 * a snooze of what somebody else has.
 */
export async function holdIncident(engine: Engine, by: Principal, id: string, wish: Wish): Promise<Holder | null> {
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
  const audit = [draft(parts, 'command-given', { kind: 'incident', id }, data, more)]
  const put = [...(words ? [blobPut(words)] : []), { kind: 'raise', incidentId: id } as const]
  const settingId = holderSetting(id)
  let standing = holder
  const change = (current: Setting | undefined) => {
    const holding = holderOf(settingId, current).holder
    const stands = holding !== undefined && isEnough(wish, holding, id)
    standing = stands ? holding : holder
    return stands ? undefined : { value: holder === null ? null : { ...holder }, put, audit }
  }
  await changeSetting(parts, tenant, settingId, change, engine.context())
  return standing
}

/**
 * Whether whoever has it took it as the wish says. An acknowledgement, also for a while, takes nothing from anybody: it says
 * that a page was heard, and one who takes the incident from another says so by taking it over. Above all a snooze must not
 * put an end to what another has for good: when it is over, Mendkit would change things under their hands.
 */
function isEnough({ kind, holder }: Wish, holding: Holder, id: string): boolean {
  if (holder === null || kind === 'reassign') return false
  if (holding.until !== undefined && holding.until <= holder.at) return false
  if (holding.by === holder.by) return kind !== 'snooze' && holding.until === undefined && holding.from === undefined
  if (kind === 'take-over') return false
  const since = new Date(holding.at).toISOString()
  const text = message`incident ${id} is already acknowledged by ${holding.by}, since ${since}: take it over if it is to be yours`
  throw new MendkitError('conflict', text)
}
