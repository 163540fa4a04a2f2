import assert from 'node:assert/strict'
import { type Notice, type Notifier, redact } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'

/** One message as it reached the receiver. */
export interface ReceivedNotice {
  /** What the receiver tells doubles by. */
  readonly dedupe: string
  /** Everything that reached it, as text. */
  readonly text: string
}

/** What the contract needs of a notifier. */
export interface NotifierSubject {
  /** One whose receiver takes everything. */
  readonly notifier: Notifier
  /** What that receiver got so far. */
  readonly received: () => readonly ReceivedNotice[]
  /** One whose receiver cannot be reached. */
  readonly unreachable?: Notifier
  /** One whose receiver is busy and asks to be called again after 7 seconds. */
  readonly busy?: Notifier
  /** One whose receiver refuses for good, and tells everything that it was sent. */
  readonly refused?: Notifier
  /** One whose receiver never answers. */
  readonly hanging?: Notifier
  /** What all of them use to prove who they are. */
  readonly secret?: string
}

/** What every notifier promises. */
export const notifierContract: Contract<NotifierSubject> = [
  {
    says: 'has spec 1, an id, and says whether it reaches people',
    async check(make) {
      const { notifier } = await make()
      assert.equal(notifier.spec, 1)
      assert.notEqual(notifier.id, '')
      assert.equal(typeof notifier.reachesPeople, 'boolean')
    },
  },
  {
    says: 'brings title, body and incident to the receiver, also beyond ASCII',
    async check(make) {
      const { notifier, received } = await make()
      await notifier.send(exampleNotice, callContext())
      assert.equal(received().length, 1)
      for (const part of [exampleNotice.title, exampleNotice.incidentId, 'zweite Zeile ✓']) {
        assert.ok(received()[0]?.text.includes(part), `the receiver was not told ${part}`)
      }
    },
  },
  {
    says: 'lets the receiver tell a second sending of the same matter, and only that, from a new one',
    async check(make) {
      const { notifier, received } = await make()
      await notifier.send(exampleNotice, callContext())
      await notifier.send({ ...exampleNotice, id: 'ntc_9', attempts: 1, revision: 2 }, callContext())
      await notifier.send({ ...exampleNotice, id: 'ntc_2', dedupeKey: 'inc_1/other' }, callContext())
      await notifier.send({ ...exampleNotice, id: 'ntc_3', tenant: 'other' }, callContext())
      const [first, again, ...others] = received().map((one) => one.dedupe)
      assert.equal(again, first)
      assert.equal(new Set([first, ...others]).size, 3)
    },
  },
  {
    says: 'gives either no thread or one that the engine can keep, and adds the next notice of the incident to it',
    async check(make) {
      const { notifier, received } = await make()
      const thread = threadOf(await notifier.send(exampleNotice, callContext()))
      const next = { ...exampleNotice, id: 'ntc_2', dedupeKey: 'inc_1/other' }
      const threads = thread === undefined ? {} : { [notifier.id]: thread }
      const again = threadOf(await notifier.send({ ...next, threads }, callContext()))
      assert.equal(received().length, 2)
      if (thread === undefined) return
      assert.ok(thread.length <= 512 && /^[^\n\t]+$/.test(thread), 'a thread is one line of at most 512 characters')
      assert.equal(redact(thread), thread, 'the redactor must find no secret in a thread')
      assert.ok(received()[1]?.text.includes(thread), 'the receiver was not told the thread')
      assert.ok(again === undefined || again === thread, 'a notice in a thread began another')
    },
  },
  {
    says: 'throws unavailable when the receiver cannot be reached',
    async check(make) {
      await rejectsWith(sendBy((await make()).unreachable, 'unreachable'), 'unavailable')
    },
  },
  {
    says: 'throws unavailable with the wait that a busy receiver asked for',
    async check(make) {
      const error = await rejectsWith(sendBy((await make()).busy, 'busy'), 'unavailable')
      assert.equal(error.retryAfterMs, 7_000)
    },
  },
  {
    says: 'throws rejected, which is final, when the receiver refuses for good',
    async check(make) {
      await rejectsWith(sendBy((await make()).refused, 'refused'), 'rejected')
    },
  },
  {
    says: 'rejects with the abort reason itself when the caller aborts',
    async check(make) {
      const hanging = needed((await make()).hanging, 'hanging')
      const reason = new Error('enough')
      const stop = new AbortController()
      const sending = hanging.send(exampleNotice, callContext({ signal: stop.signal }))
      setImmediate(() => stop.abort(reason))
      await assert.rejects(sending, (error) => error === reason)
    },
  },
  {
    says: 'never shows its secret, neither in an error nor to the receiver',
    async check(make) {
      const { notifier, received, refused, unreachable, secret: given } = await make()
      const secret = needed(given, 'secret')
      await notifier.send(exampleNotice, callContext())
      assert.ok(!received().some((one) => one.text.includes(secret)), 'the receiver was told the secret')
      for (const failing of [needed(refused, 'refused'), needed(unreachable, 'unreachable')]) {
        leaksNot(await failing.send(exampleNotice, callContext()).catch((error: unknown) => error), secret)
      }
    },
  },
]

/** A notice with what a receiver may stumble over. */
const exampleNotice: Notice = {
  tenant: 'default',
  id: 'ntc_1',
  incidentId: 'inc_1',
  state: 'pending',
  urgency: 'ask',
  dedupeKey: 'inc_1/approval/ünïcode "quoted"\nline',
  title: redact('Approve rollout-undo on Deployment shop/checkout?'),
  body: redact('Erste Zeile <b>&\nzweite Zeile ✓'),
  phase: 'awaiting-approval',
  approvalId: 'apr_1',
  diff: redact('- image: checkout:2\n+ image: checkout:1 <b>&\n'),
  threads: {},
  attempts: 0,
  nextAttemptAt: 0,
  deliveredTo: [],
  refusedBy: [],
  at: 1_767_225_600_000,
  revision: 1,
}

function threadOf(receipt: Awaited<ReturnType<Notifier['send']>>): string | undefined {
  return receipt?.thread
}

async function sendBy(notifier: Notifier | undefined, name: string): Promise<void> {
  await needed(notifier, name).send(exampleNotice, callContext())
}
