import { allowUpTo, createMendkit, type Mendkit, MendkitError, type Store, sse } from '@mendkit/core'
import { expect, onTestFinished, test } from 'vitest'
import { type OneTenant, type Played, play, somebody } from './support/two-tenants.ts'

/** Asks a face for all that a tenant has. */
type Question = (face: Mendkit, played: Played, tenant: OneTenant) => Promise<unknown>
/** Tries to change what only the other tenant has; is to be refused. */
interface Attempt {
  readonly attempt: (face: Mendkit) => Promise<unknown>
}
/** Why nothing of a tenant can be seen by it. */
type Reason = string

type Asked<Face> = {
  readonly [Name in keyof Face & string]: Face[Name] extends (...args: never) => unknown
    ? Question | Attempt | Reason
    : Asked<Face[Name]> | Reason
}

const since = '1970-01-01T00:00:00Z'
const ids = (prefix: string) => [1, 2, 3, 4].map((number) => `${prefix}_00000${number}`)
/** The third incident of the first tenant is none of the second's. */
const theirs = { incident: 'inc_000003', approval: 'apr_000003' }
const each = (asked: readonly Promise<unknown>[]) =>
  Promise.all(asked.map((one) => one.catch((error: unknown) => (MendkitError.is(error) ? error.message : error))))

/** Every member of a face: what it is asked, what it must refuse, or why neither. A new one needs a line here. */
const questions: Asked<Omit<Mendkit, symbol>> = {
  incidents: {
    get: (face) => each(ids('inc').map((id) => face.incidents.get(id))),
    list: (face) =>
      each([face.incidents.list(), face.incidents.list({ limit: 1 }), face.incidents.list({ phases: ['closed'] })]),
    timeline: (face) =>
      each(
        ids('inc').flatMap((id) => [face.incidents.timeline(id), face.incidents.timeline(id, { format: 'markdown' })]),
      ),
    turns: (face) => each(ids('inc').map((id) => face.incidents.turns(id))),
    note: { attempt: (face) => face.incidents.note(theirs.incident, 'a note') },
    takeOver: { attempt: (face) => face.incidents.takeOver(theirs.incident) },
    acknowledge: { attempt: (face) => face.incidents.acknowledge(theirs.incident) },
    snooze: { attempt: (face) => face.incidents.snooze(theirs.incident, { forMs: 60_000 } as never) },
    reassign: { attempt: (face) => face.incidents.reassign(theirs.incident, { to: 'bob' } as never) },
    resolve: { attempt: (face) => face.incidents.resolve(theirs.incident) },
    handBack: { attempt: (face) => face.incidents.handBack(theirs.incident) },
    close: { attempt: (face) => face.incidents.close(theirs.incident) },
    diagnose: { attempt: (face) => face.incidents.diagnose(theirs.incident) },
  },
  approvals: {
    get: (face) => each(ids('apr').map((id) => face.approvals.get(id))),
    list: (face) =>
      each([
        face.approvals.list(),
        face.approvals.list({ states: ['used', 'rejected'] }),
        face.approvals.list({ limit: 1 }),
      ]),
    approve: {
      attempt: (face) => face.approvals.approve(theirs.approval, { by: somebody('globex'), digest: 'd'.repeat(64) }),
    },
    reject: {
      attempt: (face) =>
        face.approvals.reject(theirs.approval, { by: somebody('globex'), digest: 'd'.repeat(64), because: 'no' }),
    },
  },
  executions: {
    list: (face) =>
      each([face.executions.list(), ...ids('inc').map((incidentId) => face.executions.list({ incidentId }))]),
    settle: { attempt: (face) => face.executions.settle('exe_000009', { outcome: 'applied', because: 'seen' }) },
  },
  audit: {
    read: (face) => face.audit.read({ limit: 1_000 }),
    verify: (face) => face.audit.verify(),
    anchors: (face) => face.audit.anchors(),
    checkpoint: (face) => face.audit.checkpoint(),
    prove: (face) => each([face.audit.prove(0), face.audit.prove(5), face.audit.prove(100)]),
    proveConsistency: (face) => each([face.audit.proveConsistency(2)]),
    rotateKey: 'needs a second key; it writes an entry to the log that `read` shows',
    erase: 'writes; `read` and `timeline` show what it has erased',
  },
  history: {
    alerts: (face) => each([face.history.alerts(), face.history.alerts({ incidentId: 'inc_000001' })]),
    series: (face) => each([face.history.series(), face.history.series({ incidentId: 'inc_000001' })]),
  },
  ingest: 'writes; its alerts are what incidents are made of',
  recordRefusal: 'counts in this process, and nothing of whose',
  log: 'the host`s own',
  run: 'works for all tenants',
  async watch(face) {
    const { length } = await face.audit.read({ limit: 1_000 })
    const events: unknown[] = []
    if (length > 0) {
      for await (const event of face.watch({ after: -1 })) {
        if (events.push(event) === length) break
      }
    }
    return events
  },
  on: 'tells what `watch` yields',
  off: 'takes a listener back',
  explain: (face) => each(ids('pln').map((id) => face.explain(id))),
  simulatePolicy: (face) => face.simulatePolicy([allowUpTo('low')], { since }),
  report: (face) => each([face.report({ since }), face.report({ since }, { format: 'markdown' })]),
  explainPrompt: (face) => each(ids('inc').map((id) => face.explainPrompt(id))),
  recordChange: 'writes; what it records is evidence, which the timeline shows',
  pause: 'writes a setting of the tenant, which the store keeps apart',
  resume: 'writes a setting of the tenant, which the store keeps apart',
  health: 'tells how the process does, and nothing of whose',
  metrics: 'tells what the process did, and nothing of whose',
  as: 'is how every other question is asked',
  close: 'closes the whole',
}

/** Not a member of a face, and shows the same. */
const serverSentEvents: Question = async (face, { mendkit }, tenant) => {
  const { length } = await face.audit.read({ limit: 1_000 })
  const response = await sse(mendkit, { authenticate: () => somebody(tenant) })(new Request('http://host/?after=-1'))
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (text.split('\nid: ').length < length + 1) text += (await reader?.read())?.value ?? ''
  await reader?.cancel()
  return text.split('\n').filter((line) => line.startsWith('id: ') || line.startsWith('data: '))
}

function asked(of: object = questions, before = ''): readonly (readonly [name: string, how: Question | Attempt])[] {
  return Object.entries(of).flatMap(([name, how]: [string, unknown]) => {
    if (typeof how === 'string') return []
    if (typeof how === 'function') return [[before + name, how as Question] as const]
    return 'attempt' in (how as object) ? [[before + name, how as Attempt] as const] : asked(how as object, `${name}.`)
  })
}

async function answersFor(played: Played, tenant: OneTenant): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {}
  for (const [name, how] of [...asked(), ['sse', serverSentEvents] as const]) {
    if (typeof how !== 'function') continue
    const answer = await how(played.face(tenant), played, tenant)
    answers[name] = JSON.parse(JSON.stringify(answer ?? null))
  }
  return answers
}

async function playing(tenants: readonly OneTenant[], ask?: (store: Store) => Store): Promise<Played> {
  const played = await play(tenants, ask)
  onTestFinished(() => played.shop.stop())
  return played
}

test('the face of a tenant shows what it showed were the tenant alone, whatever another has under the same ids', async () => {
  const both = await playing(['acme', 'globex'])
  for (const tenant of ['acme', 'globex'] as const) {
    const alone = await answersFor(await playing([tenant]), tenant)
    const beside = await answersFor(both, tenant)
    const other = tenant === 'acme' ? 'globex' : 'acme'
    for (const [name, answer] of Object.entries(alone)) {
      expect(beside[name], `${name} of ${tenant}`).toEqual(answer)
      expect(JSON.stringify(answer), name).not.toContain(other)
    }
    expect(JSON.stringify(alone)).toContain(`a note of ${tenant}`)
  }
})

test('nothing of another tenant can be changed by its id', async () => {
  const both = await playing(['acme', 'globex'])
  const before = await answersFor(both, 'acme')
  for (const [name, how] of asked()) {
    if (typeof how === 'function') continue
    await expect(how.attempt(both.face('globex')), name).rejects.toMatchObject({
      code: expect.stringMatching(/not-found|invalid/),
    })
  }
  expect(await answersFor(both, 'acme')).toEqual(before)
})

test('a read of the store that has lost its tenant shows on the face', { timeout: 120_000 }, async () => {
  const used = new Set<keyof Store>()
  const noting = (store: Store): Store =>
    new Proxy(store, {
      get(target, name: keyof Store) {
        const member = target[name]
        if (typeof member !== 'function') return member
        return (...args: readonly unknown[]) => {
          if (args.some((arg) => isOf('globex', arg))) used.add(name)
          const answer: unknown = Reflect.apply(member, target, args)
          return answer
        }
      },
    })
  const expected = await answersFor(await playing(['acme', 'globex'], noting), 'globex')
  used.delete('commit')
  expect([...used]).toEqual(expect.arrayContaining(['get', 'list', 'readAudit', 'blobs', 'auditHead']))
  for (const method of used) {
    const lost = (store: Store): Store => ({
      ...store,
      [method]: (...args: readonly unknown[]) =>
        Reflect.apply(
          store[method] as never,
          store,
          args.map((arg) => (isOf('globex', arg) ? forAcme(arg) : arg)),
        ),
    })
    const shown = await answersFor(await playing(['acme', 'globex'], lost), 'globex').catch(() => 'it fails')
    expect(shown, `${method} has lost its tenant`).not.toEqual(expected)
  }
})

function isOf(tenant: string, arg: unknown): boolean {
  return arg === tenant || (typeof arg === 'object' && arg !== null && 'tenant' in arg && arg.tenant === tenant)
}

function forAcme(arg: unknown): unknown {
  return typeof arg === 'string' ? 'acme' : { ...(arg as object), tenant: 'acme' }
}

test('every member of a face is asked, or has a reason why not', () => {
  const face = createMendkit()
  const missing = Object.entries(face).flatMap(([name, member]: [string, unknown]) => {
    const known: unknown = Reflect.get(questions, name)
    if (typeof member === 'function' || typeof known === 'string') return known === undefined ? [name] : []
    return Object.keys(member as object)
      .filter((inner) => !(inner in (known as object)))
      .map((inner) => `${name}.${inner}`)
  })
  expect(missing).toEqual([])
})
