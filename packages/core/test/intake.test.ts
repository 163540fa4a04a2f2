import { type AlertInput, MendkitError, memoryState } from '@mendkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIntake } from '../src/engine/intake/intake.ts'
import { alertBench, at, podAlert, tenant } from './support/intake.ts'

describe('the identity of an alert', () => {
  it('is the set of its labels: order and empty labels do not matter', async () => {
    const bench = await alertBench()
    await bench.ingest([{ labels: { alertname: 'A', b: '1', c: '2' } }])
    await bench.ingest([{ labels: { c: '2', empty: '', b: '1', alertname: 'A' } }])
    expect(bench.only()).toMatchObject({ labels: { alertname: 'A', b: '1', c: '2' }, episode: 1 })
  })

  it('keeps sources, clusters and label boundaries apart', async () => {
    const bench = await alertBench({ integrations: [{ clusters: ['eu', 'us'] }] })
    await bench.ingest([{ labels: { alertname: 'A', ab: 'c' } }])
    await bench.ingest([{ labels: { alertname: 'A', a: 'bc' } }])
    await bench.ingest([{ labels: { alertname: 'A', ab: 'c' } }], { source: 'other' })
    await bench.ingest([{ labels: { alertname: 'A', ab: 'c' } }], { cluster: 'us' })
    expect(new Set(bench.alerts().map(({ id }) => id)).size).toBe(4)
    expect(new Set(bench.alerts().map(({ fingerprint }) => fingerprint)).size).toBe(2)
  })

  it.each([
    { clusters: ['eu', 'us'], label: 'us', batch: 'eu', told: 'us' },
    { clusters: ['eu', 'us'], label: 'moon', batch: 'eu', told: 'eu' },
    { clusters: ['eu', 'us'], label: 'moon', batch: undefined, told: 'default' },
    { clusters: ['eu'], label: 'moon', batch: undefined, told: 'eu' },
    { clusters: [], label: 'moon', batch: undefined, told: 'default' },
  ])('takes cluster $told with label $label, batch $batch and known clusters $clusters', async (row) => {
    const bench = await alertBench({ integrations: [{ clusters: row.clusters }] })
    const alert = { labels: { alertname: 'A', cluster: row.label } }
    await bench.ingest([alert], row.batch === undefined ? {} : { cluster: row.batch })
    expect(bench.only().cluster).toBe(row.told)
  })

  it('takes any text, also names that mean something to JavaScript', async () => {
    const bench = await alertBench()
    const labels = JSON.parse('{"alertname":"Ärger 🔥","__proto__":"x","constructor":"y","größe":"groß"}') as object
    await bench.ingest([{ labels }])
    expect(bench.only().labels['alertname']).toBe('Ärger 🔥')
    expect(bench.only().labels['größe']).toBe('groß')
    expect(Object.getPrototypeOf(bench.only().labels)).toBe(Object.prototype)
  })
})

describe('an episode', () => {
  it('begins, is seen again without an audit entry, and ends', async () => {
    const bench = await alertBench()
    expect(await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(0) })).toEqual({
      accepted: 1,
      changed: 1,
      refused: [],
    })
    expect(bench.only()).toMatchObject({
      status: 'firing',
      startsAt: at(-60),
      lastSeenAt: at(0),
      correlated: 'pending',
    })

    expect((await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(10) })).changed).toBe(0)
    expect(bench.only()).toMatchObject({ lastSeenAt: at(10), episode: 1 })

    await bench.ingest([podAlert('p', { status: 'resolved', startsAt: at(-60), endsAt: at(15) })], { asOf: at(20) })
    expect(bench.only()).toMatchObject({ status: 'resolved', endsAt: at(15), lastSeenAt: at(20), episode: 1 })

    expect(bench.log().map(({ type, data }) => [type, data['changed'], data['statuses']])).toEqual([
      ['alerts-received', 1, { firing: 1 }],
      ['alerts-received', 1, { resolved: 1 }],
    ])
  })

  it('is not written at all when the same batch comes twice', async () => {
    const bench = await alertBench()
    const batch = [podAlert('p', { startsAt: at(-60) }), podAlert('p', { startsAt: at(-60) })]
    await bench.ingest(batch)
    const before = bench.only()
    await bench.ingest(batch)
    expect(bench.only()).toBe(before)
  })

  it('merges as Alertmanager does: earliest start, latest end', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(0) })
    await bench.ingest([podAlert('p', { startsAt: at(-30) })], { asOf: at(1) })
    expect(bench.only().startsAt).toBe(at(-60))
    await bench.ingest([podAlert('p', { startsAt: at(-90) })], { asOf: at(2) })
    expect(bench.only().startsAt).toBe(at(-90))
    await bench.ingest([podAlert('p', { status: 'resolved', endsAt: at(9) })], { asOf: at(10) })
    await bench.ingest([podAlert('p', { status: 'resolved', endsAt: at(5) })], { asOf: at(11) })
    expect(bench.only()).toMatchObject({ endsAt: at(9), episode: 1 })
    await bench.ingest([podAlert('p', { status: 'resolved', endsAt: at(12) })], { asOf: at(12) })
    expect(bench.only()).toMatchObject({ endsAt: at(12), episode: 1 })
  })

  it('is followed by a new one when a start lies after its end', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(0) })
    await bench.ingest([podAlert('p', { status: 'resolved', startsAt: at(-60), endsAt: at(5) })], { asOf: at(6) })
    await bench.ingest([podAlert('p', { startsAt: at(7) })], { asOf: at(8) })
    expect(bench.only()).toMatchObject({ episode: 2, status: 'firing', startsAt: at(7), correlated: 'pending' })
    expect(bench.only()).not.toHaveProperty('endsAt')
  })

  it('goes on when a newer batch says that it never ended', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(0) })
    await bench.ingest([podAlert('p', { status: 'resolved', endsAt: at(5) })], { asOf: at(6) })
    await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(7) })
    expect(bench.only()).toMatchObject({ episode: 1, status: 'firing' })
    expect(bench.only()).not.toHaveProperty('endsAt')
  })

  it('takes the first moment of year 1 for no time, and a future end of a firing alert for none', async () => {
    const bench = await alertBench()
    const never = '0001-01-01T00:00:00Z'
    await bench.ingest([podAlert('p', { status: 'firing', startsAt: never, endsAt: never })], { asOf: at(0) })
    expect(bench.only()).toMatchObject({ status: 'firing', startsAt: at(0) })
    await bench.ingest([podAlert('p', { status: 'firing', startsAt: at(0), endsAt: at(300) })], { asOf: at(1) })
    expect(bench.only()).toMatchObject({ status: 'firing', episode: 1 })
    expect(bench.only()).not.toHaveProperty('endsAt')
  })

  it('that is told of only when it is over is kept and opens nothing', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { status: 'resolved', startsAt: at(-60), endsAt: at(-1) })])
    await bench.correlate()
    expect(bench.only()).toMatchObject({ status: 'resolved', correlated: 'done' })
    expect(bench.log().map(({ type }) => type)).toEqual(['alerts-received'])
  })

  it('keeps zones and fractions of seconds straight', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { startsAt: '2026-01-01T01:30:00.123456789+01:30' })])
    expect(bench.only().startsAt).toBe('2026-01-01T00:00:00.123Z')
  })

  it('has its own times beside others, whatever those are', async () => {
    const bench = await alertBench()
    const ended = (pod: string, startsAt: string, endsAt: string) =>
      podAlert(pod, { status: 'resolved', startsAt, endsAt })
    const { refused } = await bench.ingest([
      ended('a', at(-60), at(-50)),
      ended('b', at(-60), at(-40)),
      ended('c', 'yesterday', at(-40)),
      ended('d', at(-30), 'today'),
      ended('e', at(-30), at(-20)),
    ])
    expect(refused.map(({ path }) => path)).toEqual(['alerts[2].startsAt', 'alerts[3].endsAt'])
    expect(bench.alerts().map(({ labels, startsAt, endsAt }) => [labels['pod'], startsAt, endsAt])).toEqual([
      ['a', at(-60), at(-50)],
      ['b', at(-60), at(-40)],
      ['e', at(-30), at(-20)],
    ])
  })
})

describe('what is older than the last telling', () => {
  it('neither reopens nor ends what a newer webhook said', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(0) })
    await bench.ingest([podAlert('p', { status: 'resolved', endsAt: at(9) })], { asOf: at(10) })
    await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(8), complete: true })
    expect(bench.only()).toMatchObject({ status: 'resolved', endsAt: at(9) })

    await bench.ingest([podAlert('p', { startsAt: at(20) })], { asOf: at(21) })
    await bench.ingest([podAlert('p', { status: 'resolved', endsAt: at(9) })], { asOf: at(22) })
    await bench.ingest([podAlert('p', { status: 'resolved', startsAt: at(20), endsAt: at(20.5) })], { asOf: at(20.6) })
    expect(bench.only()).toMatchObject({ status: 'firing', startsAt: at(20), episode: 2 })
  })

  it('speaks of an earlier episode when its start is earlier', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { startsAt: at(25) })], { asOf: at(30) })
    await bench.ingest([podAlert('p', { startsAt: at(5) })], { asOf: at(10) })
    expect(bench.only()).toMatchObject({ startsAt: at(25), lastSeenAt: at(30), episode: 1 })
  })

  it('leaves the same last word in whatever order a true history arrives', async () => {
    const flips = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(flips, fc.integer(), async (gaps, seed) => {
        const told = history(gaps)
        const bench = await alertBench()
        const order = shuffled([...told, ...told.slice(0, 2)], seed)
        for (const { asOf, alert } of order) await bench.ingest([alert], { asOf })
        const last = told.at(-1)?.alert
        expect(bench.only().status).toBe(last?.status)
        if (last?.status === 'resolved') expect(bench.only().endsAt).toBe(last.endsAt)
      }),
      { numRuns: 300 },
    )
  })
})

/** Firing and resolving in turn, each told five seconds after it happened. */
function history(gaps: readonly number[]): { asOf: string; alert: AlertInput }[] {
  let now = 0
  let startsAt = ''
  return gaps.map((gap, index) => {
    now += gap + 5
    if (index % 2 === 0) startsAt = at(now - 3_600)
    const alert =
      index % 2 === 0
        ? podAlert('p', { status: 'firing', startsAt })
        : podAlert('p', { status: 'resolved', startsAt, endsAt: at(now - 3_600) })
    return { asOf: at(now - 3_595), alert }
  })
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  return items
    .map((item, index) => ({ item, rank: Math.imul(seed ^ (index + 1), 0x9e3779b1) >>> 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

describe('suppression', () => {
  it('is neither firing nor cleared, and its end makes the alert pending', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { status: 'suppressed' })], { asOf: at(0) })
    await bench.correlate()
    expect(bench.only()).toMatchObject({ status: 'suppressed', correlated: 'done' })
    expect(bench.only()).not.toHaveProperty('incidentId')
    await bench.ingest([podAlert('p', { status: 'firing' })], { asOf: at(1) })
    expect(bench.only()).toMatchObject({ status: 'firing', correlated: 'pending', episode: 1 })
    await bench.ingest([podAlert('p', { status: 'suppressed' })], { asOf: at(2) })
    expect(bench.only()).toMatchObject({ status: 'suppressed', episode: 1 })
  })

  it('of one moment beats firing, and the end beats both', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { status: 'suppressed' })], { asOf: at(0) })
    await bench.ingest([podAlert('p', { status: 'firing' })], { asOf: at(0) })
    expect(bench.only().status).toBe('suppressed')
    await bench.ingest([podAlert('p', { status: 'resolved' })], { asOf: at(0) })
    await bench.ingest([podAlert('p', { status: 'suppressed' })], { asOf: at(0) })
    expect(bench.only()).toMatchObject({ status: 'resolved', correlated: 'done' })
  })
})

describe('complete batches', () => {
  const complete = (asOf: string) => ({ asOf, complete: true })

  it('end an episode that two of them in a row miss', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p'), podAlert('q')], complete(at(0)))
    await bench.ingest([podAlert('q')], complete(at(10)))
    expect(bench.alerts().map(({ status, missed }) => [status, missed])).toEqual([
      ['firing', 1],
      ['firing', 0],
    ])
    expect((await bench.ingest([podAlert('q')], complete(at(20)))).changed).toBe(1)
    expect(bench.alerts()[0]).toMatchObject({ status: 'resolved', endsAt: at(20) })
    expect(bench.alerts()[1]).toMatchObject({ status: 'firing', lastSeenAt: at(20) })
    expect(bench.log().map(({ data }) => data['changed'])).toEqual([2, 1])
  })

  it('count once when they come twice, and not at all when they are late', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p')], { asOf: at(0) })
    await bench.ingest([], complete(at(10)))
    await bench.ingest([], complete(at(10)))
    await bench.ingest([], complete(at(5)))
    expect(bench.only()).toMatchObject({ status: 'firing', missed: 1 })
  })

  it('begin to count anew when the alert is seen in between', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p')], { asOf: at(0) })
    await bench.ingest([], complete(at(10)))
    await bench.ingest([podAlert('p')], { asOf: at(15) })
    await bench.ingest([], complete(at(20)))
    expect(bench.only()).toMatchObject({ status: 'firing', missed: 1 })
  })

  it('end nothing that was seen after they were asked for, and nothing of other sources', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p')], { asOf: at(30) })
    await bench.ingest([podAlert('other')], { asOf: at(0), source: 'other' })
    await bench.ingest([], complete(at(10)))
    await bench.ingest([], complete(at(20)))
    expect(bench.alerts().map(({ status, missed }) => [status, missed])).toEqual([
      ['firing', 0],
      ['firing', 0],
    ])
  })

  it('end nothing of another source whose batch shares their commit', async () => {
    const bench = await alertBench()
    for (const moment of [10, 20]) {
      await Promise.all([
        bench.ingest([podAlert('other')], { asOf: at(0), source: 'other' }),
        bench.ingest([], complete(at(moment))),
      ])
    }
    expect(bench.only()).toMatchObject({ status: 'firing', missed: 0 })
  })

  it('end nothing when they hold an alert that cannot be told from the one that is missing', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p')], complete(at(0)))
    for (const moment of [10, 20, 30]) {
      const { refused } = await bench.ingest([{ labels: { alertname: 'A', pod: 7 } }], complete(at(moment)))
      expect(refused[0]?.path).toBe('alerts[0].labels.pod')
    }
    expect(bench.only()).toMatchObject({ status: 'firing', missed: 0 })
    await bench.ingest([], complete(at(40)))
    await bench.ingest([], complete(at(50)))
    expect(bench.only().status).toBe('resolved')
  })

  it('end nothing while the adapter could not read all of the source, which is counted', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p')], complete(at(0)))
    for (const moment of [10, 20, 30]) await bench.ingest([], { ...complete(at(moment)), unreadable: 2 })
    expect(bench.only()).toMatchObject({ status: 'firing', missed: 0 })
    expect(bench.parts.metrics.text()).toContain('mendkit_alerts_refused_total{rule="unreadable"} 6\n')
  })

  it('do not miss an alert whose labels are too long for the settings of today, and still end others', async () => {
    const state = memoryState()
    const before = await alertBench({ state })
    const alert = podAlert('p', { labels: { note: 'x'.repeat(100) } })
    await before.ingest([alert, podAlert('gone')], complete(at(0)))
    const bench = await alertBench({ state, settings: { intake: { maxLabelBytes: 64 } } })
    for (const moment of [10, 20, 30]) await bench.ingest([alert], complete(at(moment)))
    expect(bench.alerts().map(({ labels, status }) => [labels['pod'], status])).toEqual([
      ['p', 'firing'],
      ['gone', 'resolved'],
    ])
  })

  it('do not miss an alert that they hold in a bad shape', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p')], complete(at(0)))
    const bad = { ...podAlert('p'), startsAt: 'yesterday' }
    for (const moment of [10, 20, 30]) {
      const { refused } = await bench.ingest([bad], complete(at(moment)))
      expect(refused[0]?.path).toBe('alerts[0].startsAt')
    }
    expect(bench.only()).toMatchObject({ status: 'firing', missed: 0 })
  })
})

describe('bad input', () => {
  const long = 'x'.repeat(5_000)
  const many = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`l${index}`, 'v']))
  it.each([
    [{ labels: {} }, 'alerts[1].labels.alertname'],
    [{ labels: { alertname: '' } }, 'alerts[1].labels.alertname'],
    [{ labels: { alertname: ' ' } }, 'alerts[1].labels.alertname'],
    [{ labels: { alertname: 'a'.repeat(1_001) } }, 'alerts[1].labels.alertname'],
    [{ labels: { alertname: 3 } }, 'alerts[1].labels.alertname'],
    [{ labels: { alertname: 'A', pod: null } }, 'alerts[1].labels.pod'],
    [{ labels: { alertname: 'A', 'odd name': ['x'] } }, 'alerts[1].labels["odd name"]'],
    [{ labels: { alertname: 'A', pod: long } }, 'alerts[1].labels.pod'],
    [{ labels: { alertname: 'A', [long]: 'x' } }, `alerts[1].labels["${'x'.repeat(128)}"]`],
    [{ labels: { alertname: 'A', pod: 'a\u0000b' } }, 'alerts[1].labels.pod'],
    [{ labels: { alertname: 'A', pod: '\ud800' } }, 'alerts[1].labels.pod'],
    [{ labels: { alertname: 'A', ...many } }, 'alerts[1].labels'],
    [{ labels: [] }, 'alerts[1].labels'],
    [{}, 'alerts[1].labels'],
    [null, 'alerts[1]'],
    ['alert', 'alerts[1]'],
    [podAlert('p', { status: 'pending' as never }), 'alerts[1].status'],
    [podAlert('p', { startsAt: '2026-01-01' }), 'alerts[1].startsAt'],
    [podAlert('p', { startsAt: '2026-01-01T00:00:00' }), 'alerts[1].startsAt'],
    [podAlert('p', { startsAt: '2026-13-01T00:00:00Z' }), 'alerts[1].startsAt'],
    [podAlert('p', { endsAt: 'soon' }), 'alerts[1].endsAt'],
    [podAlert('p', { status: 'resolved', startsAt: at(5), endsAt: at(1) }), 'alerts[1].endsAt'],
    [podAlert('p', { annotations: { summary: 1 as never } }), 'alerts[1].annotations.summary'],
    [podAlert('p', { generatorUrl: 1 as never }), 'alerts[1].generatorUrl'],
  ])('refuses %j with its path and takes the rest', async (bad, path) => {
    const bench = await alertBench()
    const result = await bench.ingest([podAlert('first'), bad, podAlert('last')])
    expect(result).toMatchObject({ accepted: 2, changed: 2, refused: [{ index: 1, path }] })
    expect(bench.alerts().map(({ labels }) => labels['pod'])).toEqual(['first', 'last'])
    expect(bench.parts.metrics.text()).toMatch(/mendkit_alerts_refused_total\{rule="[a-z-]+"\} 1/)
  })

  it.each([
    [{ source: '' }, 'source'],
    [{ source: 'a\u0000' }, 'source'],
    [{ tenant: 7 as never }, 'tenant'],
    [{ cluster: '' }, 'cluster'],
    [{ complete: 'yes' as never }, 'complete'],
    [{ delivery: 'late' as never }, 'delivery'],
    [{ unreadable: -1 }, 'unreadable'],
    [{ asOf: 'now' }, 'asOf'],
    [{ asOf: '0001-01-01T00:00:00Z' }, 'asOf'],
    [{ alerts: 'none' }, 'alerts'],
  ])('refuses a batch with %j whole', async (bad, path) => {
    const bench = await alertBench()
    const intake = createIntake(bench.parts)
    const batch = { tenant, source: 'am', complete: false, asOf: at(0), alerts: [podAlert('p')], ...bad } as never
    const refusal = await intake.ingest(batch, bench.ctx).catch((error: unknown) => error)
    expect(MendkitError.is(refusal, 'invalid') && refusal.path).toBe(path)
    expect(bench.alerts()).toEqual([])
    expect(bench.parts.metrics.text()).toMatch(/mendkit_batches_refused_total\{because="(?:shape|time)"\} 1/)
  })

  it('does not believe a clock that is far ahead', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p')], { asOf: '2099-01-01T00:00:00Z' })
    expect(bench.only().lastSeenAt).toBe(at(0))
    await bench.ingest([podAlert('p', { status: 'resolved' })], { asOf: at(1) })
    expect(bench.only().status).toBe('resolved')
  })
})

describe('free text', () => {
  it('is redacted, by its look and by its name; labels are identity and stay', async () => {
    const bench = await alertBench()
    const annotations = {
      description: 'cannot reach postgres://app:hunter2secret@db:5432/shop',
      password: 'plainword',
    }
    const generatorUrl = 'http://user:hunter2secret@prometheus/graph'
    await bench.ingest([podAlert('p', { annotations, generatorUrl, labels: { team: 'shop' } })])
    const stored = JSON.stringify(bench.only())
    expect(stored).not.toContain('hunter2secret')
    expect(stored).not.toContain('plainword')
    expect(bench.only().annotations['description']).toContain('cannot reach postgres://')
    expect(bench.only().labels['team']).toBe('shop')
    expect(JSON.stringify(bench.log())).not.toContain('hunter2secret')
  })

  it('is cut where it is too long and left out where there is too much', async () => {
    const bench = await alertBench({ settings: { intake: { maxLabelBytes: 64, maxLabelsPerAlert: 3 } } })
    const annotations = { a: 'word '.repeat(10_000), b: 'b', c: 'c', d: 'd' }
    await bench.ingest([podAlert('p', { annotations })])
    expect(Object.keys(bench.only().annotations)).toEqual(['a', 'b', 'c'])
    expect(bench.only().annotations['a']?.length).toBe(1_024)
    expect(bench.parts.metrics.text()).toContain('mendkit_annotations_cut_total 2')
  })
})

describe('alerts that fire by design', () => {
  it('are kept and open nothing', async () => {
    const bench = await alertBench({
      settings: { intake: { ignore: ['alertname="Watchdog"', '{severity=~"none|info", team!=""}'] } },
    })
    await bench.ingest([
      { labels: { alertname: 'Watchdog' } },
      { labels: { alertname: 'A', severity: 'info', team: 'x' } },
      { labels: { alertname: 'A', severity: 'info' } },
    ])
    expect(bench.alerts().map(({ correlated }) => correlated)).toEqual(['done', 'done', 'pending'])
  })

  it('are Watchdog and InfoInhibitor by default', async () => {
    const bench = await alertBench()
    await bench.ingest([
      { labels: { alertname: 'Watchdog' } },
      { labels: { alertname: 'InfoInhibitor', namespace: 'x' } },
    ])
    await bench.correlate()
    expect(bench.log().map(({ type }) => type)).toEqual(['alerts-received'])
  })

  it.each(['alertname', 'alertname=~"("', '{}', 'a="b" c="d"', 'alertname="x'])(
    'refuses the matchers %s',
    async (text) => {
      const refusal = await alertBench({ settings: { intake: { ignore: ['a="b"', text] } } }).catch(
        (error: unknown) => error,
      )
      expect(MendkitError.is(refusal, 'config') && refusal.path).toBe('settings.intake.ignore[1]')
    },
  )
})
