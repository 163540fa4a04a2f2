import {
  type AlertBatch,
  type Check,
  type CheckInput,
  type Detector,
  type EvidenceSource,
  type Heartbeat,
  type IncidentView,
  MendkitError,
  type NoticeReceipt,
  type Notifier,
  type Reading,
} from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type CheckSubject,
  type Clause,
  checkContract,
  type DetectorSubject,
  detectorContract,
  type EvidenceSubject,
  evidenceContract,
  type HeartbeatSubject,
  heartbeatContract,
  holdsTo,
  type NotifierSubject,
  notifierContract,
} from '../src/index.ts'

const secret = 's3cret-of-the-subject'
const unavailable = () => Promise.reject(new MendkitError('unavailable', 'nothing answers'))
const rejected = () => Promise.reject(new MendkitError('rejected', 'check the credentials'))
const leaking = () => Promise.reject(new MendkitError('rejected', 'refused', { cause: { sent: secret } }))

/** What a clause says when a subject breaks its promise; empty when no clause notices. */
async function broken<Subject>(contract: readonly Clause<Subject>[], subject: Subject): Promise<readonly string[]> {
  const says: string[] = []
  for (const clause of contract) {
    const holds = await clause
      .check(async () => subject)
      .then(
        () => true,
        () => false,
      )
    if (!holds) says.push(clause.says)
  }
  return says
}

/** Rejects with the abort reason; otherwise never settles. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

describe('the detector contract', () => {
  const alerts = [{ labels: { alertname: 'Down' } }]
  const batch: AlertBatch = { source: 's', complete: true, asOf: '2026-01-01T00:00:00.000Z', alerts }
  const polling = (poll: (signal: AbortSignal) => Promise<AlertBatch>): Detector => ({
    spec: 1,
    id: 'd',
    async *alerts({ signal }) {
      while (!signal.aborted) {
        try {
          yield await poll(signal)
        } catch (error) {
          if (signal.aborted) return
          throw error
        }
      }
    },
  })
  const good: DetectorSubject = {
    firing: polling(async () => batch),
    hanging: polling(hang),
    unreachable: polling(unavailable),
    rejected: polling(rejected),
    secret,
  }
  holdsTo(test, 'a small detector', detectorContract, async () => good)

  const changing = polling(async () => ({ ...batch, alerts: [{ labels: { alertname: 'D', n: `${Math.random()}` } }] }))
  const noisy: Detector = {
    ...good.firing,
    async *alerts({ signal }) {
      if (signal.aborted) return
      yield batch
      signal.throwIfAborted()
      yield batch
    },
  }
  test.each<[string, Partial<DetectorSubject>, string]>([
    ['labels that change', { firing: changing }, 'same labels'],
    [
      'no alertname',
      { firing: polling(async () => ({ ...batch, alerts: [{ labels: {} }] })) },
      'alerts that can be taken',
    ],
    ['an abort that throws', { firing: noisy }, 'aborts between batches'],
    ['a refusal that looks temporary', { rejected: polling(unavailable) }, 'rejected for refused credentials'],
    ['a secret in a cause', { rejected: polling(leaking) }, 'rejected for refused credentials'],
    ['no hanging subject', { hanging: undefined } as object, 'while the source is asked'],
  ])('notices %s', async (_, change, clause) => {
    expect(await broken(detectorContract, { ...good, ...change })).toEqual([expect.stringContaining(clause)])
  })
})

const incident: IncidentView = {
  tenant: 'default',
  id: 'inc_1',
  cluster: 'c',
  phase: 'open',
  title: 't',
  openedAt: 0,
  relapses: 0,
}

describe('the evidence contract', () => {
  const input = z.strictObject({ name: z.string() })
  const source = (answer: () => Promise<Reading>, leavesAbort = true): EvidenceSource => ({
    spec: 1,
    id: 'e',
    tools: [
      {
        name: 'e.read',
        description: 'reads',
        input,
        read: async (raw, { signal }) => {
          if (leavesAbort) signal.throwIfAborted()
          const parsed = input.safeParse(raw)
          if (!parsed.success) throw new MendkitError('invalid', 'name it')
          if (parsed.data.name === 'gone') throw new MendkitError('not-found', 'gone')
          return await answer()
        },
      },
    ],
    gather: async () => [{ tool: 'e.read', input: { name: 'a' } }],
  })
  const reading: Reading = { facts: [{ name: 'e.up', kind: 'status', value: true }] }
  const good: EvidenceSubject = {
    source: source(async () => reading),
    incident,
    symptoms: [],
    answered: [{ tool: 'e.read', input: { name: 'a' } }],
    gone: { tool: 'e.read', input: { name: 'gone' } },
    unreachable: source(unavailable),
    rejected: source(rejected),
    secret,
  }
  holdsTo(test, 'a small evidence source', evidenceContract, async () => good)

  const fact = (value: number) => ({ facts: [{ name: 'e.up', kind: 'status' as const, value }] })
  const asking = (request: object) => ({
    ...good.source,
    gather: async () => [{ tool: 'e.read', input: {}, ...request }],
  })
  test.each<[string, Partial<EvidenceSubject>, string]>([
    ['facts that cannot be stored', { source: source(async () => fact(Number.NaN)) }, 'survive storing'],
    ['facts that wander', { source: source(async () => fact(Math.random())) }, 'the same facts again'],
    ['a request that its own schema refuses', { source: asking({}) }, 'inputs that their schemas accept'],
    ['an abort that is ignored', { source: source(async () => reading, false) }, 'abort reason'],
    ['a secret in a cause', { rejected: source(leaking) }, 'never shows them'],
  ])('notices %s', async (_, change, clause) => {
    expect(await broken(evidenceContract, { ...good, ...change })).toEqual([expect.stringContaining(clause)])
  })
})

describe('the check contract', () => {
  const target = { cluster: 'c', apiVersion: 'v1', kind: 'Pod', name: 'p', labels: {} }
  const input: CheckInput = { incident, target, symptoms: [] }
  const check = (verdict: 'good' | 'bad' | 'unknown', value?: number, applies = true): Check => ({
    spec: 1,
    id: 'c',
    kind: 'health',
    applies: () => applies,
    check: async (_, { signal }) => {
      signal.throwIfAborted()
      const measure = value === undefined ? {} : { measure: { name: 'errors', value, better: 'lower' as const } }
      return { verdict, because: 'counted', ...measure }
    },
  })
  const asked = (one: Check) => ({ check: one, input })
  const good: CheckSubject = {
    good: asked(check('good', 0)),
    bad: asked(check('bad', 1)),
    noData: asked(check('unknown')),
    unreachable: asked({ ...check('unknown'), check: unavailable }),
    elsewhere: asked(check('unknown', undefined, false)),
    rejected: asked({ ...check('unknown'), check: rejected }),
    secret,
  }
  holdsTo(test, 'a small check', checkContract, async () => good)

  test.each<[string, Partial<CheckSubject>, string]>([
    ['no data taken for success', { noData: asked(check('good', 0)) }, 'unknown, never good, without data'],
    ['silence taken for success', { unreachable: asked(check('good', 0)) }, 'cannot be reached'],
    ['a measure that says nothing', { bad: asked(check('bad', 0)) }, 'tells them apart'],
    ['a check that meddles', { elsewhere: asked(check('good', 0)) }, 'does not apply'],
    [
      'a secret in a cause',
      { rejected: asked({ ...check('unknown'), check: leaking }) },
      'never shows its credentials',
    ],
  ])('notices %s', async (_, change, clause) => {
    expect(await broken(checkContract, { ...good, ...change })).toEqual([expect.stringContaining(clause)])
  })
})

describe('the notifier contract', () => {
  /** A notifier in one process: a list for a receiver. */
  function subject(
    change: Partial<Notifier> = {},
    dedupeBy: 'dedupeKey' | 'id' = 'dedupeKey',
    extra = '',
    receipt?: NoticeReceipt,
  ): NotifierSubject {
    let got: { dedupe: string; text: string }[] = []
    const notifier = (send: Notifier['send']): Notifier => ({ spec: 1, id: 'n', reachesPeople: true, send })
    const busy = new MendkitError('unavailable', 'busy', { retryAfterMs: 7_000 })
    return {
      get notifier() {
        got = []
        const send: Notifier['send'] = async (notice) => {
          got.push({
            dedupe: `${notice.tenant} ${notice[dedupeBy]}`,
            text: `${Object.values(notice).join(' ')}${extra}`,
          })
          return receipt
        }
        return { ...notifier(send), ...change }
      },
      received: () => got,
      unreachable: notifier(unavailable),
      busy: notifier(() => Promise.reject(busy)),
      refused: notifier(rejected),
      hanging: notifier((_, { signal }) => hang(signal)),
      secret,
    }
  }
  holdsTo(test, 'a small notifier', notifierContract, async () => subject())

  test.each<[string, NotifierSubject, readonly string[]]>([
    ['doubles that look new', subject({}, 'id'), ['a second sending']],
    ['a secret that is sent along', subject({}, 'dedupeKey', secret), ['never shows its secret']],
    [
      'a lost notice',
      subject({ send: async () => undefined }),
      ['brings title', 'a second sending', 'gives either no thread'],
    ],
    ['a thread that is not gone on with', subject({}, 'dedupeKey', '', { thread: 't-1' }), ['gives either no thread']],
    [
      'a thread that is too long',
      subject({}, 'dedupeKey', 'x'.repeat(513), { thread: 'x'.repeat(513) }),
      ['gives either'],
    ],
    ['a thread of two lines', subject({}, 'dedupeKey', 'a\nb', { thread: 'a\nb' }), ['gives either']],
  ])('notices %s', async (_, one, clauses) => {
    const says = await broken(notifierContract, one)
    expect(says.map((each, index) => each.includes(clauses[index] ?? '?'))).toEqual(clauses.map(() => true))
  })
})

describe('the heartbeat contract', () => {
  /** A heartbeat in one process: a number for a receiver. */
  function subject(change: Partial<HeartbeatSubject> = {}, beats = 1): HeartbeatSubject {
    let got = 0
    const heartbeat = (beat: Heartbeat['beat']): Heartbeat => ({ spec: 1, id: 'h', everyMs: 60_000, beat })
    return {
      get heartbeat() {
        got = 0
        return heartbeat(async () => {
          got += beats
        })
      },
      received: () => got,
      unreachable: heartbeat(unavailable),
      refused: heartbeat(rejected),
      hanging: heartbeat(({ signal }) => hang(signal)),
      secret,
      ...change,
    }
  }
  holdsTo(test, 'a small heartbeat', heartbeatContract, async () => subject())

  const failing = (beat: Heartbeat['beat']): Heartbeat => ({ spec: 1, id: 'h', everyMs: 60_000, beat })
  test.each<[string, HeartbeatSubject, readonly string[]]>([
    ['a beat that is lost', subject({}, 0), ['brings each beat']],
    ['a beat that comes twice', subject({}, 2), ['brings each beat']],
    [
      'no interval',
      subject({ heartbeat: { ...failing(async () => undefined), everyMs: 0 } }),
      ['has spec 1', 'brings each'],
    ],
    ['a failure that is swallowed', subject({ unreachable: failing(async () => undefined) }), ['throws unavailable']],
    ['a secret in an error', subject({ refused: failing(leaking) }), ['never shows its secret']],
  ])('notices %s', async (_, one, clauses) => {
    const says = await broken(heartbeatContract, one)
    expect(says.map((each, index) => each.includes(clauses[index] ?? '?'))).toEqual(clauses.map(() => true))
  })
})
