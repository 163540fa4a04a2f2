import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { withAsked } from './support/asked.ts'
import { mendkit, mendkitIn, mendkitJson } from './support/run-cli.ts'

const asked = withAsked()

/** Runs a command for people: it must succeed, fit 80 columns but for what must be copied whole, and hold no codes. */
async function read(...args: readonly string[]): Promise<string> {
  const { code, out, error } = await mendkit(...args)
  expect([code, error]).toEqual([0, ''])
  expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  return out
}

/** Changes a stored document as whoever can write to the file could. */
function alter(file: string, id: string, change: (body: Record<string, unknown>) => object): void {
  const database = new DatabaseSync(file)
  const row = database.prepare('select body from mendkit_document where id = ?').get(id)
  const body = JSON.stringify(change(z.record(z.string(), z.unknown()).parse(JSON.parse(String(row?.['body'])))))
  database.prepare('update mendkit_document set body = ? where id = ?').run(body, id)
  database.close()
}

test('status tells how things stand', async () => {
  const db = asked().copy()
  const text = await read('status', '--db', db)
  expect(text).toMatch(/Incidents +1 awaiting-approval/)
  expect(text).toMatch(/Open approvals +1/)
  expect(text).toMatch(/Kill switch +off/)
  expect(text).toMatch(/Failed notices +1\n +notice_/)
  expect(text).toMatch(/Newest host +wrk_\w+, version/)
  expect(await mendkitJson('status', '--db', db)).toEqual({
    database: db,
    tenant: 'default',
    anchors: [],
    diverged: false,
    incidents: { 'awaiting-approval': 1 },
    openApprovals: 1,
    unfinishedExecutions: 0,
    pendingCommands: { count: 0, oldest: [] },
    paused: null,
    failedNotices: { count: 1, newest: [expect.stringMatching(/^notice_/)] },
    audit: { size: expect.any(Number), last: expect.stringMatching(/^[0-9a-f]{64}$/) },
    engine: {
      id: expect.stringMatching(/^wrk_/),
      version: expect.any(String),
      startedAt: expect.any(String),
      stoppedAt: expect.any(String),
      integrations: expect.arrayContaining(['kubernetes:default']),
    },
  })
  const other = await mendkitJson('status', '--db', db, '--tenant', 'other')
  expect(other).toMatchObject({ tenant: 'other', incidents: {}, openApprovals: 0, failedNotices: { count: 0 } })
})

test('status counts failed notices up to 10,000, and names the newest of all', async () => {
  const db = asked().copy()
  const database = new DatabaseSync(db)
  const { id } =
    database.prepare("select id from mendkit_document where kind = 'notice' and state = 'failed'").get() ?? {}
  const columns = 'kind, tenant, incident_id, state, revision'
  database.exec(`insert into mendkit_document (${columns}, id, body)
    with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 10001)
    select ${columns}, printf('%s_%05d', id, n), json_set(body, '$.id', printf('%s_%05d', id, n))
    from mendkit_document, numbers where id = '${String(id)}'`)
  database.close()
  const newest = ['10001', '10000', '09999', '09998', '09997'].map((number) => `${String(id)}_${number}`)
  expect(await mendkitJson('status', '--db', db)).toMatchObject({ failedNotices: { count: 10_000, newest } })
})

test('status tells of a kill switch also when what stands there is no moment', async () => {
  const db = asked().copy()
  await mendkitJson('pause', '--as', 'alice', '--db', db)
  alter(db, 'pause', (body) => ({ ...body, value: { by: 'alice', at: 1e300 } }))
  expect(await mendkitJson('status', '--db', db)).toMatchObject({ paused: { by: 'unknown' } })
})

describe('incidents', () => {
  test('list shows those that are not closed, by phase and page by page', async () => {
    const { incident, copy } = asked()
    const db = copy()
    const text = await read('incidents', 'list', '--db', db)
    expect(text).toContain('INCIDENT ')
    expect(text).toMatch(new RegExp(`${incident} +awaiting-approval`))
    expect(text).toContain('    KubePodCrashLooping Deployment shop/checkout')
    expect(await mendkitJson('incidents', 'list', '--db', db)).toMatchObject([{ id: incident }])
    expect(await mendkitJson('incidents', 'list', '--db', db, '--phase', 'closed,resolved')).toEqual([])
    expect(await mendkitJson('incidents', 'list', '--db', db, '--after', incident)).toEqual([])
    expect(await mendkitJson('incidents', 'list', '--db', db, '--tenant', 'other')).toEqual([])
    const phases = ['--phase', 'awaiting-approval', '--phase', 'open,closed']
    expect(await read('incidents', 'list', '--limit', '1', '--db', db, ...phases)).toContain(
      `There may be more:\n  mendkit incidents list --limit 1 --db ${db} --phase awaiting-approval --phase open,closed --after ${incident}\n`,
    )
  })

  test('show and timeline tell one, and say so when there is none of this id', async () => {
    const { incident, approval, copy } = asked()
    const db = copy()
    expect(await read('incidents', 'show', incident, '--db', db)).toMatch(
      /Phase +awaiting-approval[\s\S]*Taken over +no/,
    )
    const shown = await mendkitJson('incidents', 'show', incident, '--db', db)
    expect(shown).toMatchObject({ id: incident, approvalId: approval, holder: null })
    expect(await read('incidents', 'timeline', incident, '--db', db)).toMatch(/^# Incident: KubePodCrashLooping/)
    const told = await mendkitJson('incidents', 'timeline', incident, '--db', db)
    expect(told).toMatchObject({ incident: { id: incident }, diagnoses: [{ analyzer: 'rules' }] })
    for (const word of ['show', 'timeline']) {
      const { code, out, error } = await mendkit('incidents', word, 'inc_none', '--db', db, '--json')
      expect([code, out, JSON.parse(error).error.code]).toEqual([1, '', 'not-found'])
    }
    expect(await mendkit('incidents', 'show', incident, '--db', db, '--tenant', 'other')).toMatchObject({ code: 1 })
  })
})

test('approvals are listed, and show prints the whole difference, the digest and how to answer', async () => {
  const { approval, digest, copy } = asked()
  const db = copy()
  expect(await read('approvals', 'list', '--db', db)).toContain('kubernetes.rollout-undo on Deployment shop/checkout')
  const text = await read('approvals', 'show', approval, '--db', db)
  expect(text).toContain('image: "shop/checkout:v2" → "shop/checkout:v1"')
  expect(text).toContain('medium, can be undone, dry run done')
  expect(text).toContain(`Digest  ${digest}`)
  expect(text).toContain(`mendkit approvals approve ${approval} \\\n    --digest ${digest}`)
  const shown = await mendkitJson('approvals', 'show', approval, '--db', db)
  expect(shown).toMatchObject({ id: approval, digest, state: 'open', diffs: [expect.stringContaining('→')] })
  expect(await mendkitJson('approvals', 'list', '--db', db)).toEqual([shown])
  expect(await mendkitJson('approvals', 'list', '--db', db, '--state', 'used,rejected')).toEqual([])
  expect(await mendkit('approvals', 'show', 'apr_none', '--db', db)).toMatchObject({ code: 1, out: '' })
})

test('executions are none before anything was done', async () => {
  const db = asked().copy()
  expect(await read('executions', 'list', '--unfinished', '--db', db)).toBe('No executions.\n')
  expect(await mendkitJson('executions', 'list', '--db', db)).toEqual([])
  const mistyped = await mendkit('executions', 'list', '--incident', 'inc_none', '--db', db)
  expect([mistyped.code, mistyped.out, mistyped.error]).toEqual([
    1,
    '',
    expect.stringContaining('no incident inc_none'),
  ])
})

test('audit verify finds a whole log whole, not anchored (3), and ends with 1 for an altered one', async () => {
  const db = asked().copy()
  const whole = await mendkit('audit', 'verify', '--db', db)
  expect([whole.code, whole.out]).toEqual([3, expect.stringMatching(/Audit log +whole[\s\S]*Entries +\d+/)])
  const told = await mendkit('audit', 'verify', '--db', db, '--json')
  expect([told.code, JSON.parse(told.out)]).toEqual([3, expect.objectContaining({ tenant: 'default', verified: true })])
  const database = new DatabaseSync(db)
  database.exec("update mendkit_audit set bytes = cast(replace(bytes, 'engine', 'angine') as blob) where seq = 3")
  database.close()
  const { code, out } = await mendkit('audit', 'verify', '--db', db)
  expect([code, out]).toEqual([1, expect.stringMatching(/DAMAGED[\s\S]*At entry +3/)])
  const json = await mendkit('audit', 'verify', '--db', db, '--json')
  expect([json.code, JSON.parse(json.out)]).toEqual([
    1,
    expect.objectContaining({
      verified: false,
      findings: expect.arrayContaining([expect.objectContaining({ seq: 3 })]),
    }),
  ])
})

test('audit verify ends with 2 for a log that there is not, and says that nothing was verified', async () => {
  const db = asked().copy()
  const { code, out, error } = await mendkit('audit', 'verify', '--tenant', 'shpo', '--db', db)
  expect([code, out]).toEqual([2, ''])
  expect(error).toContain('tenant shpo has no audit log')
  expect(error).toContain('nothing was verified')
  const json = await mendkit('audit', 'verify', '--tenant', 'shpo', '--db', db, '--json')
  expect([json.code, json.out, JSON.parse(json.error).error.code]).toEqual([2, '', 'not-found'])
  expect(await mendkit('audit', 'verify', '--db', `${db}.none`)).toMatchObject({ code: 2, out: '' })
})

test('what stands in the store cannot play with the terminal', async () => {
  const { incident, copy } = asked()
  const db = copy()
  alter(db, incident, (body) => ({ ...body, title: 'boo\u001b[2J\u009b31m\u202egnp.exe\u200b\nPhase  resolved' }))
  for (const args of [
    ['list', '--db', db],
    ['show', incident, '--db', db],
  ]) {
    const text = await read('incidents', ...args)
    expect(text).toContain('boo\\u{1b}[2J\\u{9b}31m\\u{202e}gnp.exe\\u{200b}')
    expect(text).not.toMatch(/^Phase +resolved/m)
    const { out } = await mendkit('incidents', ...args, '--json')
    expect(out).not.toMatch(/[\u007f-\u009f\u202e\u200b]/)
  }
})

test('there are no terminal codes where there is no terminal, even when asked for colours', async () => {
  const db = asked().copy()
  const { out } = await mendkitIn({ env: { FORCE_COLOR: '1' } }, 'incidents', 'list', '--db', db)
  expect(out).not.toContain('\u001b')
})

test('report counts what was asked, by cause and action, for a time and a tenant', async () => {
  const db = asked().copy()
  const text = await read('report', '--since', '30d', '--db', db)
  expect(text).toMatch(/CAUSE +ACTION\nrules\/bad-rollout +kubernetes\.rollout-undo\n {4}suggested 0, asked 1/)
  const row = { cause: 'rules/bad-rollout', action: 'kubernetes.rollout-undo', asked: 1, same: 0, executed: 0 }
  expect(await mendkitJson('report', '--since', '30d', '--db', db)).toMatchObject({ rows: [row], complete: true })
  expect(await mendkitJson('report', '--since', '2020-01-01', '--until', '90d', '--db', db)).toMatchObject({ rows: [] })
  expect(await read('report', '--since', '30d', '--tenant', 'other', '--db', db)).toBe('No plan was made.\n')
  expect(await read('report', '--since', '30d', '--markdown', '--db', db)).toMatch(
    /^# Suggested and done[\s\S]*\| Cause/,
  )
})
