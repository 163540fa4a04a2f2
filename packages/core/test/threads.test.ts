import { MendkitError, type Notice, type NoticeReceipt, type Notifier, type Redacted, type Store } from '@mendkit/core'
import { simulatedStore } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { createNotices } from '../src/engine/notices/notices.ts'
import { queueNotice } from '../src/engine/notices/queue.ts'
import { away, type Bench, setUp } from './support/parts.ts'

/** A receiver that begins a thread for a notice that brings none, and keeps what it got. */
function chat(id = 'chat', answer: (notice: Notice) => unknown = ({ threads, id: notice }) => threads[id] ?? notice) {
  const got: Notice[] = []
  const notifier: Notifier = {
    spec: 1,
    id,
    reachesPeople: true,
    send: async (notice) => {
      got.push(notice)
      return { thread: answer(notice) } as NoticeReceipt
    },
  }
  return { notifier, got }
}

async function tell(bench: Bench, dedupeKey: string, incident = 'inc_1'): Promise<void> {
  const text = { urgency: 'info', title: 'title' as Redacted, body: 'body' as Redacted, dedupeKey } as const
  await bench.commit(queueNotice(bench.parts, { tenant: 'acme', id: incident }, text))
  await (await createNotices(bench.parts).look(bench.ctx)).sent
}

function rows(bench: Bench): Promise<readonly Notice[]> {
  return bench.store.list('notice', { tenant: 'acme', limit: 100 }, bench.ctx)
}

test('a thread comes back to the notifier that gave it, with every later notice of the incident and no other', async () => {
  const first = chat()
  const other = chat('other', () => undefined)
  const bench = await setUp({ notifiers: [first.notifier, other.notifier] })
  for (const matter of ['a', 'b', 'c']) await tell(bench, matter)
  await tell(bench, 'd', 'inc_2')
  const begun = first.got[0]?.id ?? expect.unreachable()
  expect(first.got.map(({ threads }) => threads)).toEqual([{}, { chat: begun }, { chat: begun }, {}])
  expect(other.got.map(({ threads }) => threads)).toEqual(first.got.map(({ threads }) => threads))
})

test('a thread outlives the process that was given it', async () => {
  const store = simulatedStore()
  const before = chat()
  await tell(await setUp({ store, notifiers: [before.notifier] }), 'a')
  const after = chat()
  await tell(await setUp({ store, notifiers: [after.notifier] }), 'b')
  expect(after.got.map(({ threads }) => threads)).toEqual([{ chat: before.got[0]?.id }])
})

test('a receiver that begins a new thread gets the new one from then on', async () => {
  const moved = chat('chat', ({ dedupeKey }) => (dedupeKey === 'a' ? 'old' : 'new'))
  const bench = await setUp({ notifiers: [moved.notifier] })
  for (const matter of ['a', 'b', 'c']) await tell(bench, matter)
  expect(moved.got.map(({ threads }) => threads)).toEqual([{}, { chat: 'old' }, { chat: 'new' }])
})

describe('a notice whose thread cannot be read goes out without it', () => {
  const faults: readonly (readonly [string, () => Promise<never>])[] = [
    ['as the store fails', () => Promise.reject(away)],
    ['as the store hangs', () => new Promise(() => undefined)],
  ]
  test.each(faults)('%s', async (_, list) => {
    const { notifier, got } = chat()
    let broken = false
    const wrap = (store: Store): Store => ({
      ...store,
      list: (table, query, ctx) => (broken && query.incidentId !== undefined ? list() : store.list(table, query, ctx)),
    })
    const bench = await setUp({ notifiers: [notifier], wrap })
    await tell(bench, 'a')
    broken = true
    const told = tell(bench, 'b')
    await bench.clock.advance(1_000)
    await told
    expect(got.map(({ threads }) => threads)).toEqual([{}, {}])
    expect(await rows(bench)).toMatchObject([{ state: 'sent' }, { state: 'sent', attempts: 1 }])
    expect(bench.logged.map(({ message }) => message)).toEqual([expect.stringContaining('without its thread')])
  })
})

describe('a receipt that is not well-formed is left out and logged, and the notice is taken', () => {
  const trap = {
    get thread(): never {
      throw new Error('boom')
    },
  }
  const receipts: readonly (readonly [string, unknown])[] = [
    ['a text', 'thread'],
    ['null', null],
    ['a number as thread', { thread: 5 }],
    ['an empty thread', { thread: '' }],
    ['a thread of more than 512 characters', { thread: 'x'.repeat(513) }],
    ['a thread of two lines', { thread: 'a\nb' }],
    ['a thread with a secret in it', { thread: 'https://me:hunter2@chat.example' }],
    ['a thread that throws', trap],
  ]
  test.each(receipts)('%s', async (_, receipt) => {
    const notifier: Notifier = { spec: 1, id: 'chat', reachesPeople: true, send: async () => receipt as NoticeReceipt }
    const bench = await setUp({ notifiers: [notifier] })
    await tell(bench, 'a')
    expect(await rows(bench)).toMatchObject([{ state: 'sent', deliveredTo: ['chat'], threads: {}, attempts: 1 }])
    const [line, ...others] = bench.logged
    expect(others).toEqual([])
    expect(line).toMatchObject({ level: 'warn', message: expect.stringContaining('the receipt for notice') })
    expect(line?.message).not.toContain('hunter2')
  })

  const longest = 'x'.repeat(512)
  const wellFormed: readonly (readonly [string, unknown, Notice['threads']])[] = [
    ['nothing', undefined, {}],
    ['no thread', {}, {}],
    ['an undefined thread', { thread: undefined }, {}],
    ['a thread of 512 characters and a field of its own', { thread: longest, ts: 1 }, { chat: longest }],
  ]
  test.each(wellFormed)('but %s is', async (_, receipt, threads) => {
    const notifier: Notifier = { spec: 1, id: 'chat', reachesPeople: true, send: async () => receipt as NoticeReceipt }
    const bench = await setUp({ notifiers: [notifier] })
    await tell(bench, 'a')
    expect(await rows(bench)).toMatchObject([{ state: 'sent', threads }])
    expect(bench.logged).toEqual([])
  })
})

test('the thread of a page that went out past the store is kept with it', async () => {
  const { notifier, got } = chat()
  let lost = true
  const wrap = (store: Store): Store => ({
    ...store,
    commit: (change, ctx) => (lost ? Promise.reject(away) : store.commit(change, ctx)),
  })
  const bench = await setUp({ notifiers: [notifier], wrap })
  const notices = createNotices(bench.parts)
  const text = { urgency: 'page', title: 'title' as Redacted, body: 'body' as Redacted, dedupeKey: 'lost' } as const
  await notices.escalateDirectly({ tenant: 'acme', id: 'inc_1' }, text, bench.ctx)
  lost = false
  await (await notices.look(bench.ctx)).sent
  await tell(bench, 'b')
  expect(got.map(({ threads }) => threads)).toEqual([{}, { chat: got[0]?.id }])
})

test('the thread survives when another notifier has to be asked again', async () => {
  let asked = 0
  const { notifier, got } = chat()
  const slow: Notifier = {
    spec: 1,
    id: 'slow',
    reachesPeople: true,
    send: async () => {
      asked += 1
      if (asked === 1) throw new MendkitError('unavailable', 'later')
    },
  }
  const bench = await setUp({ notifiers: [notifier, slow] })
  await tell(bench, 'a')
  await bench.clock.advance(10_000)
  await (await createNotices(bench.parts).look(bench.ctx)).sent
  expect(await rows(bench)).toMatchObject([{ state: 'sent', threads: { chat: got[0]?.id } }])
})
