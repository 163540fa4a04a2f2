import { type CallContext, MendkitError, type Notice, type Notifier, type Redacted } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { parseAuditEntry } from '../src/audit/parse-entry.ts'
import { createNotices } from '../src/engine/notices/notices.ts'
import { type NoticeText, queueNotice } from '../src/engine/notices/queue.ts'
import type { Parts } from '../src/engine/parts.ts'
import { away, type Faults, faultyStore, setUp } from './support/parts.ts'

const incident = { tenant: 'acme', id: 'inc_1' }
const later = new MendkitError('unavailable', 'come back later')

function words(given: Partial<NoticeText> = {}): NoticeText {
  return { urgency: 'page', title: 'title' as Redacted, body: 'body' as Redacted, dedupeKey: 'inc_1:undone', ...given }
}

/** A notifier that does what it is told, or takes everything. */
function notifier(id: string, behave: (notice: Notice, signal: AbortSignal) => Promise<void> = async () => undefined) {
  const got: Notice[] = []
  const port: Notifier = {
    spec: 1,
    id,
    reachesPeople: true,
    send: async (notice, ctx) => {
      got.push(notice)
      await behave(notice, ctx.signal)
    },
  }
  return { port, got }
}

/** The outbox, with a sweep of it that is waited for whole. */
function noticesOf(parts: Parts) {
  const notices = createNotices(parts)
  return { ...notices, deliver: async (ctx: CallContext) => (await notices.look(ctx)).sent }
}

async function outbox(notifiers: readonly Notifier[], faults: Faults = {}) {
  const random = { hex: (length: number) => 'a'.repeat(length * 2), number: () => 1 }
  const bench = await setUp({ notifiers, system: { random }, wrap: (store) => faultyStore(store, faults) })
  const notices = noticesOf(bench.parts)
  const queue = (text: Partial<NoticeText> = {}, tenant = 'acme') => {
    return bench.commit({ tenant, ...queueNotice(bench.parts, { ...incident, tenant }, words(text)) })
  }
  const rows = () => bench.parts.store.list('notice', { tenant: 'acme', limit: 1_000 }, bench.ctx)
  const entries = async () => {
    const records = await bench.parts.store.readAudit({ tenant: 'acme', from: 0, limit: 1_000 }, bench.ctx)
    return records.map((record) => parseAuditEntry(record.bytes)).map(({ type, data }) => ({ type, data }))
  }
  /** Sweeps every second, as the engine does, without waiting for the last sweep. */
  const sweepFor = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      void notices.deliver(bench.ctx)
      await bench.clock.advance(1_000)
    }
  }
  return { ...bench, notices, queue, rows, entries, sweepFor }
}

test('a notice goes to every notifier once, and the log tells who took it', async () => {
  const pager = notifier('pager')
  const chat = notifier('chat')
  const { notices, queue, rows, entries, ctx, parts } = await outbox([pager.port, chat.port])
  await queue({ approvalId: 'apr_1' })
  await notices.deliver(ctx)
  await notices.deliver(ctx)
  expect(pager.got).toHaveLength(1)
  expect(chat.got).toMatchObject([{ dedupeKey: 'inc_1:undone', approvalId: 'apr_1', urgency: 'page', tenant: 'acme' }])
  expect(await rows()).toMatchObject([{ state: 'sent', deliveredTo: ['pager', 'chat'], refusedBy: [], attempts: 1 }])
  const [queued, first, second] = await entries()
  expect(queued).toMatchObject({ type: 'notice-queued', data: { urgency: 'page' } })
  expect([first, second]).toMatchObject([
    { type: 'notice-sent', data: { notifier: 'pager' } },
    { type: 'notice-sent', data: { notifier: 'chat' } },
  ])
  expect(parts.metrics.text()).toContain('mendkit_notices_sent_total{notifier="pager",urgency="page"} 1\n')
})

test('a notifier that fails is asked again after waits that double, and the others are not', async () => {
  const asked: number[] = []
  const chat = notifier('chat')
  const pager = notifier('pager', async () => {
    asked.push(clock.now())
    if (asked.length < 4) throw later
  })
  const { queue, rows, sweepFor, clock } = await outbox([pager.port, chat.port])
  await queue()
  await sweepFor(60_000)
  const start = asked[0] ?? 0
  expect(asked.map((at) => at - start)).toEqual([0, 5_000, 15_000, 35_000])
  expect(chat.got).toHaveLength(1)
  expect(await rows()).toMatchObject([{ state: 'sent', deliveredTo: ['chat', 'pager'], attempts: 4 }])
})

test('a wait that the receiver asked for is kept, up to five minutes', async () => {
  const asked: number[] = []
  const busy = new MendkitError('unavailable', 'too many requests', { retryAfterMs: 42_000 })
  const pager = notifier('pager', async () => {
    asked.push(clock.now())
    if (asked.length === 1) throw busy
  })
  const { queue, sweepFor, clock } = await outbox([pager.port])
  await queue()
  await sweepFor(60_000)
  expect(asked.map((at) => at - (asked[0] ?? 0))).toEqual([0, 42_000])
})

test('a refusal is final for that notifier, is told in the log, and the notice counts as failed', async () => {
  const pager = notifier('pager', () => Promise.reject(new MendkitError('rejected', 'unknown routing key')))
  const chat = notifier('chat')
  const { queue, rows, entries, sweepFor, logged } = await outbox([pager.port, chat.port])
  await queue()
  await sweepFor(30_000)
  expect(pager.got).toHaveLength(1)
  expect(await rows()).toMatchObject([{ state: 'failed', deliveredTo: ['chat'], refusedBy: ['pager'] }])
  expect((await entries()).map((entry) => entry.type)).toEqual(['notice-queued', 'notice-sent', 'notice-failed'])
  expect(logged.some((line) => line.level === 'error' && line.message.includes('1 of 2'))).toBe(true)
})

test('after the last allowed attempt a notice has failed', async () => {
  const pager = notifier('pager', () => Promise.reject(later))
  const { queue, rows, entries, sweepFor, parts } = await outbox([pager.port])
  await queue()
  await sweepFor(2 * 3_600_000)
  expect(pager.got).toHaveLength(parts.settings.notices.maxAttempts)
  expect(await rows()).toMatchObject([{ state: 'failed', attempts: 20, refusedBy: ['pager'] }])
  expect((await entries()).at(-1)).toMatchObject({ type: 'notice-failed', data: { notifier: 'pager', attempts: 20 } })
})

test('a notifier that hangs is cut off, and keeps neither its neighbour nor the next page waiting', async () => {
  const hanging = notifier('hanging', (_, signal) => {
    return new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  const chat = notifier('chat')
  const { queue, rows, sweepFor, parts } = await outbox([hanging.port, chat.port])
  await queue({ urgency: 'info' })
  await sweepFor(1_000)
  await queue({ urgency: 'page', dedupeKey: 'second' })
  await sweepFor(1_000)
  expect(chat.got.map((notice) => notice.urgency)).toEqual(['info', 'page'])
  expect(await rows()).toMatchObject([{ deliveredTo: [] }, { deliveredTo: [] }])
  await sweepFor(parts.settings.engine.portTimeoutMs)
  expect(await rows()).toMatchObject([{ deliveredTo: ['chat'] }, { deliveredTo: ['chat'] }])
})

test('many good news that hang never hold up a page', async () => {
  const chat = notifier('chat', ({ urgency }) =>
    urgency === 'page' ? Promise.resolve() : new Promise(() => undefined),
  )
  const { queue, sweepFor } = await outbox([chat.port])
  for (let index = 0; index < 100; index += 1) await queue({ urgency: 'info', dedupeKey: `info-${index}` })
  await sweepFor(1_000)
  await queue({ urgency: 'page' })
  await sweepFor(1_000)
  expect(chat.got.filter((notice) => notice.urgency === 'page')).toHaveLength(1)
  expect(chat.got.filter((notice) => notice.urgency === 'info')).toHaveLength(16)
})

test('what waits for its turn is taken on once, however many sweeps pass', async () => {
  const open = Promise.withResolvers<void>()
  const chat = notifier('chat', () => open.promise)
  let conflicts = 0
  const bench = await setUp({
    notifiers: [chat.port],
    wrap: (store) => ({
      ...store,
      commit: async (change, ctx) => {
        const result = await store.commit(change, ctx)
        if (result.kind === 'conflict') conflicts += 1
        return result
      },
    }),
  })
  for (let index = 0; index < 40; index += 1) await bench.commit(queueNotice(bench.parts, incident, words()))
  const notices = noticesOf(bench.parts)
  const sweeps = Array.from({ length: 10 }, () => notices.deliver(bench.ctx))
  await bench.clock.advance(0)
  open.resolve()
  await Promise.all(sweeps)
  expect(chat.got).toHaveLength(40)
  expect(conflicts).toBe(0)
})

test('two workers on one store send a notice once', async () => {
  const pager = notifier('pager')
  const { parts, queue, ctx, rows } = await outbox([pager.port])
  await queue()
  await Promise.all([noticesOf(parts).deliver(ctx), noticesOf(parts).deliver(ctx)])
  expect(pager.got).toHaveLength(1)
  expect(await rows()).toMatchObject([{ state: 'sent' }])
})

test('a worker that dies between sending and recording costs a second message with the same key', async () => {
  const faults: Faults = {}
  const pager = notifier('pager', async () => {
    if (pager.got.length === 1) faults.commits = away
  })
  const { queue, sweepFor, rows } = await outbox([pager.port], faults)
  await queue()
  await sweepFor(1_000)
  faults.commits = undefined
  await sweepFor(60_000)
  expect(pager.got.map((notice) => notice.dedupeKey)).toEqual(['inc_1:undone', 'inc_1:undone'])
  expect(await rows()).toMatchObject([{ state: 'sent', attempts: 2 }])
})

test('an abort ends delivery with its own reason, and the notice stays', async () => {
  const pager = notifier('pager', () => new Promise(() => undefined))
  const { notices, queue, rows, clock, logged } = await outbox([pager.port])
  await queue()
  const stop = new AbortController()
  const delivery = notices.deliver(callContext({ signal: stop.signal }))
  const outcome = expect(delivery).rejects.toBe('shutting down')
  await clock.advance(0)
  stop.abort('shutting down')
  await outcome
  expect(await rows()).toMatchObject([{ state: 'pending', deliveredTo: [], refusedBy: [] }])
  expect(logged).toEqual([])
  expect(clock.sleepers).toBe(0)
})

test('what is not due hides nothing behind it', async () => {
  const chat = notifier('chat', ({ dedupeKey }) => (dedupeKey === 'last' ? Promise.resolve() : Promise.reject(later)))
  const { queue, notices, ctx } = await outbox([chat.port])
  for (let index = 0; index < 1_000; index += 1) await queue({ urgency: 'info', dedupeKey: `info-${index}` })
  await notices.deliver(ctx)
  await queue({ urgency: 'page', dedupeKey: 'last' })
  await notices.deliver(ctx)
  await notices.deliver(ctx)
  expect(chat.got.filter((notice) => notice.dedupeKey === 'last')).toHaveLength(1)
})

test('without the store a page still reaches people, once for the same matter, and is recorded later', async () => {
  const faults: Faults = { commits: away, reads: away }
  const pager = notifier('pager')
  const { notices, rows, entries, ctx, parts, clock } = await outbox([pager.port], faults)
  await notices.escalateDirectly(incident, words(), ctx)
  await notices.escalateDirectly(incident, words(), ctx)
  await notices.escalateDirectly(incident, words({ dedupeKey: 'inc_2:store-lost' }), ctx)
  expect(pager.got.map((notice) => notice.dedupeKey)).toEqual(['inc_1:undone', 'inc_2:store-lost'])
  await expect(notices.deliver(ctx)).rejects.toMatchObject({ code: 'unavailable' })
  faults.commits = undefined
  faults.reads = undefined
  await notices.deliver(ctx)
  await notices.deliver(ctx)
  expect(pager.got).toHaveLength(2)
  expect(await rows()).toMatchObject([{ state: 'sent', deliveredTo: ['pager'] }, { state: 'sent' }])
  expect((await entries()).map((entry) => entry.type)).toEqual([
    'notice-queued',
    'notice-sent',
    'notice-queued',
    'notice-sent',
  ])
  expect(parts.metrics.text()).toContain('mendkit_direct_escalations_total{told="already"} 1\n')
  await notices.escalateDirectly(incident, words(), ctx)
  expect(pager.got).toHaveLength(2)
  await clock.advance(600_000)
  await notices.escalateDirectly(incident, words(), ctx)
  expect(pager.got).toHaveLength(3)
})

test('a direct page that nobody took is tried again while the store is away, and goes to the outbox afterwards', async () => {
  const faults: Faults = { commits: away }
  let works = false
  const pager = notifier('pager', () => (works ? Promise.resolve() : Promise.reject(later)))
  const { notices, rows, ctx, sweepFor } = await outbox([pager.port], faults)
  await notices.escalateDirectly(incident, words(), ctx)
  await sweepFor(6_000)
  expect(pager.got).toHaveLength(2)
  faults.commits = undefined
  await sweepFor(1_000)
  works = true
  await sweepFor(30_000)
  expect(pager.got).toHaveLength(3)
  expect(await rows()).toMatchObject([{ state: 'sent', deliveredTo: ['pager'] }])
})

test('a commit whose answer was lost is not recorded twice', async () => {
  const pager = notifier('pager')
  const lost = new MendkitError('unavailable', 'the connection was cut')
  let cut = true
  const bench = await setUp({
    notifiers: [pager.port],
    wrap: (store) => ({
      ...store,
      commit: async (change, ctx) => {
        const result = await store.commit(change, ctx)
        if (cut) throw lost
        return result
      },
    }),
  })
  const notices = noticesOf(bench.parts)
  await notices.escalateDirectly(incident, words(), bench.ctx)
  await notices.deliver(bench.ctx)
  cut = false
  await notices.deliver(bench.ctx)
  expect(await bench.store.auditHead('acme', bench.ctx)).toMatchObject({ size: 2 })
  expect(pager.got).toHaveLength(1)
})

test('beyond a hundred matters of a tenant, one notice tells that there are more; other tenants are told as ever', async () => {
  const pager = notifier('pager')
  const { notices, ctx } = await outbox([pager.port], { commits: away })
  for (let index = 0; index < 150; index += 1) {
    await notices.escalateDirectly(incident, words({ dedupeKey: `matter-${index}` }), ctx)
  }
  expect(pager.got).toHaveLength(101)
  expect(pager.got.at(-1)?.title).toContain('more needs attention')
  await notices.escalateDirectly({ tenant: 'other', id: 'inc_9' }, words(), ctx)
  expect(pager.got.at(-1)).toMatchObject({ tenant: 'other', title: 'title' })
})

test('an error that is no refusal is tried again, whoever throws it, until the attempts are used up', async () => {
  const failures = [new TypeError('fetch failed'), new Error(), new MendkitError('bad-response', 'a login page')]
  const pager = notifier('pager', async () => {
    const failure = failures.shift()
    if (failure !== undefined) throw failure
  })
  const { queue, sweepFor, rows } = await outbox([pager.port])
  await queue()
  await sweepFor(120_000)
  expect(pager.got).toHaveLength(4)
  expect(await rows()).toMatchObject([{ state: 'sent', deliveredTo: ['pager'], refusedBy: [] }])

  const broken = notifier('broken', () => Promise.reject(new TypeError('fetch failed')))
  const bench = await outbox([broken.port])
  await bench.queue()
  await bench.sweepFor(6_000_000)
  expect(broken.got).toHaveLength(bench.parts.settings.notices.maxAttempts)
  expect(await bench.rows()).toMatchObject([{ state: 'failed', refusedBy: ['broken'] }])
})

const refusals = ['rejected', 'invalid', 'not-found', 'forbidden', 'config', 'unsupported'] as const

test.each(refusals)('a notifier that answers %s is not asked again', async (code) => {
  const pager = notifier('pager', () => Promise.reject(new MendkitError(code, 'no')))
  const { queue, sweepFor, rows } = await outbox([pager.port])
  await queue()
  await sweepFor(120_000)
  expect(pager.got).toHaveLength(1)
  expect(await rows()).toMatchObject([{ state: 'failed', refusedBy: ['pager'] }])
})

test('while the store is away, a notifier that hangs does not keep a look from ending', async () => {
  const faults: Faults = { commits: away }
  const pager = notifier('pager', () => (pager.got.length === 1 ? Promise.reject(later) : new Promise(() => undefined)))
  const { notices, ctx, clock, rows } = await outbox([pager.port], faults)
  await notices.escalateDirectly(incident, words(), ctx)
  await clock.advance(10_000)
  await notices.look(ctx)
  expect(pager.got).toHaveLength(2)
  faults.commits = undefined
  await notices.look(ctx)
  await clock.advance(60_000)
  await notices.look(ctx)
  expect(await rows()).toHaveLength(1)
})

test('a direct page that was taken is not sent again while it cannot be recorded, and is recorded once afterwards', async () => {
  const faults: Faults = { commits: away }
  const pager = notifier('pager')
  const { notices, rows, entries, ctx, sweepFor } = await outbox([pager.port], faults)
  await notices.escalateDirectly(incident, words(), ctx)
  await sweepFor(900_000)
  await notices.escalateDirectly(incident, words(), ctx)
  expect(pager.got).toHaveLength(1)
  expect(await rows()).toEqual([])
  faults.commits = undefined
  await sweepFor(60_000)
  expect(pager.got).toHaveLength(1)
  expect(await rows()).toMatchObject([{ state: 'sent', deliveredTo: ['pager'] }])
  expect((await entries()).map(({ type }) => type)).toEqual(['notice-queued', 'notice-sent'])
})
