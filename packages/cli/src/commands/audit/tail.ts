import { MendkitError, type MendkitEvent, message, systemClock } from '@mendkit/core'
import type { Args } from '../../run/args.ts'
import type { Call, Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { reading, type Session, storeOptions } from '../../store/session.ts'
import { logOf } from '../../terminal/log.ts'
import { shown, shownInJson } from '../../terminal/safe-text.ts'
import { moment } from '../../terminal/time.ts'
import { demandLog, hasLog } from './no-log.ts'

/** Entries that are shown when nobody says from where. */
const lastEntries = 10
/** Between two looks at a database that is away, ms. */
const waitMs = 1_000

/** `mendkit audit tail` */
export const auditTail: Command = {
  name: 'audit tail',
  summary:
    'Prints the audit log, a line each entry; with --json an event as JSON a line. With --follow it goes on until it is interrupted, and waits when the database is away.',
  options: {
    ...storeOptions,
    from: {
      type: 'string',
      value: 'seq',
      says: `number of the first entry, or now for those still to come [default: the last ${lastEntries}]`,
    },
    follow: { type: 'boolean', says: 'goes on with what is written from now on' },
  },
  examples: [
    'mendkit audit tail --follow',
    'mendkit audit tail --from 0 --json',
    'mendkit audit tail --from now --follow',
  ],
  async run(call) {
    const from = fromOf(call.args)
    const follow = call.args.flag('follow')
    if (from === 'now' && !follow) throw new UsageError('--from now shows nothing without --follow')
    const place: Place = { from }
    if (!follow) {
      await reading(call, (session) => printStored(call, session, place))
      return { streamed: true }
    }
    while (!call.io.signal.aborted) {
      try {
        await reading(call, (session) => printAsItComes(call, session, place))
      } catch (error) {
        if (call.io.signal.aborted) break
        if (!MendkitError.is(error, 'unavailable')) throw error
        logOf(call, 'warn').warn(message`waiting for the database: ${error.message}`)
        await waitUnlessAborted(call.io.signal)
      }
    }
    return { streamed: true }
  },
}

/** Where printing goes on: also after the database was away. */
interface Place {
  from: number | 'now' | undefined
}

async function printStored(call: Call, session: Session, place: Place): Promise<void> {
  await demandLog(session, 'there is nothing to print')
  const { size } = await session.store.auditHead(session.by.tenant, session.ctx)
  const first = firstOf(place, size)
  if (first >= size) throw new UsageError(`--from must be below ${size}: the log has so many entries`)
  for await (const event of session.mendkit.watch({ after: first - 1, signal: call.io.signal })) {
    await print(call, event)
    if (event.seq >= size - 1) return
  }
}

async function printAsItComes(call: Call, session: Session, place: Place): Promise<void> {
  // Opens the store; whoever follows may come before the first entry.
  await hasLog(session)
  const { size } = await session.store.auditHead(session.by.tenant, session.ctx)
  place.from = firstOf(place, size)
  if (place.from > size) throw new UsageError(`--from must be at most ${size}: the log has so many entries`)
  for await (const event of session.mendkit.watch({ after: place.from - 1, signal: call.io.signal })) {
    await print(call, event)
    place.from = event.seq + 1
  }
}

function firstOf({ from }: Place, size: number): number {
  if (from === 'now') return size
  return from ?? Math.max(0, size - lastEntries)
}

async function print({ args, io }: Call, event: MendkitEvent): Promise<void> {
  io.out(`${args.flag('json') ? shownInJson(JSON.stringify(event)) : eventLine(event)}\n`)
  await io.written()
}

async function waitUnlessAborted(signal: AbortSignal): Promise<void> {
  try {
    await systemClock.sleep(waitMs, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function fromOf(args: Args): number | 'now' | undefined {
  const given = args.text('from')
  if (given === undefined || given === 'now') return given
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw new UsageError(`--from must be the number of an entry, or now, not ${given}`)
}

/** An entry in one line: its number, time, type, what it is about, who did it, and its texts. */
function eventLine({ seq, at, type, subject, actor, texts }: MendkitEvent): string {
  const words = Object.entries(texts).map(([role, text]) => {
    if ('text' in text) return `${role}: ${text.text}`
    return `${role}: ${'erased' in text ? 'erased' : 'altered in the store'}`
  })
  const via = actor.via === undefined ? '' : ` (${actor.via})`
  const head = `${seq}  ${moment(Date.parse(at))}  ${type}  ${subject.kind} ${subject.id}  by ${actor.id}${via}`
  return shown([head, ...words].join('  '))
}
