import { type AuditEntry, parseAuditEntry, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { withAsked } from './support/asked.ts'
import { mendkit, mendkitJson } from './support/run-cli.ts'
import { startHost } from './support/world.ts'

const asked = withAsked()
const alice = ['--as', 'alice', '--role', 'approver']
const by = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'cli' }

/** The last entry of the audit log. */
async function lastEntry(db: string): Promise<AuditEntry> {
  const [store, ctx] = [sqlStore(db), callContext()]
  await store.open({ clock: systemClock }, ctx)
  const { size } = await store.auditHead('default', ctx)
  const [record] = await store.readAudit({ tenant: 'default', from: size - 1, limit: 1 }, ctx)
  await store.close()
  if (record === undefined) throw new Error('the log is empty')
  return parseAuditEntry(record.bytes)
}

const actor = { kind: 'principal', id: 'alice', via: 'cli' }

describe('incidents', () => {
  test('are taken over and handed back, in words and as JSON', async () => {
    const { incident, copy } = asked()
    const db = copy()
    const { code, out } = await mendkit('incidents', 'take-over', incident, ...alice, '--db', db)
    expect([code, out]).toEqual([0, expect.stringContaining(`incident ${incident}: recorded as alice`)])
    expect(await lastEntry(db)).toMatchObject({ actor, data: { kind: 'take-over' }, subject: { id: incident } })
    const held = await mendkitJson('incidents', 'show', incident, '--db', db)
    expect(held).toMatchObject({ holder: { by: 'alice', at: expect.any(String) } })
    expect((await mendkit('incidents', 'show', incident, '--db', db)).out).toMatch(/Taken over +by alice/)
    expect(await mendkitJson('incidents', 'hand-back', incident, ...alice, '--db', db)).toEqual({
      done: 'incidents hand-back',
      incident,
      by,
    })
    expect(await mendkitJson('incidents', 'show', incident, '--db', db)).toMatchObject({ holder: null })
  })

  test.each([
    ['note', ['the database was restarted at 03:10'], 'note'],
    ['diagnose', [], 'diagnose'],
    ['close', ['--because', 'fixed by hand'], 'close'],
    ['resolve', ['--because', 'fixed by hand'], 'resolve'],
    ['acknowledge', [], 'acknowledge'],
    ['snooze', ['--for', '30m', '--because', 'fixed by hand'], 'snooze'],
    ['reassign', ['--to', 'bob', '--because', 'fixed by hand'], 'reassign'],
  ])('take %s, recorded with who gave it', async (word, more, kind) => {
    const { incident, copy } = asked()
    const db = copy()
    const answer = await mendkitJson('incidents', word, incident, ...more, ...alice, '--db', db)
    expect(answer).toEqual({ done: `incidents ${word}`, incident, by })
    expect(await lastEntry(db)).toMatchObject({ actor, type: 'command-given', data: { kind } })
    if (more.length > 0) {
      const { out } = await mendkit('incidents', 'timeline', incident, '--db', db)
      expect(out).toContain(word === 'note' ? 'the database was restarted' : 'fixed by hand')
    }
  })

  test('show who has them, from whom, and until when', async () => {
    const { incident, copy } = asked()
    const db = copy()
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const shownUntil = `${until.slice(0, 10)} ${until.slice(11, 19)}Z (in `
      .replaceAll(/[()]/g, '\\$&')
      .replaceAll(' ', '\\s+')
    await mendkit('incidents', 'snooze', incident, '--until', until, ...alice, '--db', db)
    const { out } = await mendkit('incidents', 'show', incident, '--db', db)
    expect(out).toMatch(new RegExp(`Taken over +by alice, [^]*until\\s+${shownUntil}`))
    await mendkit('incidents', 'reassign', incident, '--to', 'bob', ...alice, '--db', db)
    expect((await mendkit('incidents', 'show', incident, '--db', db)).out).toMatch(
      /Taken over +by bob,\s+given\s+by\s+alice/,
    )
    expect(await mendkitJson('incidents', 'show', incident, '--db', db)).toMatchObject({
      holder: { by: 'bob', from: 'alice' },
    })
  })

  test('that are not there are not acted on', async () => {
    const db = asked().copy()
    for (const word of ['take-over', 'acknowledge', 'hand-back', 'diagnose', 'resolve', 'close']) {
      const { code, error } = await mendkit('incidents', word, 'inc_none', ...alice, '--db', db)
      expect([code, error]).toEqual([1, expect.stringContaining('there is no incident inc_none')])
    }
  })
})

describe('what waits for a host', () => {
  test('is shown with who told it and when, until a host has carried it out', async () => {
    const { incident, copy } = asked()
    const db = copy()
    await mendkit('incidents', 'resolve', incident, ...alice, '--db', db)
    await mendkit('incidents', 'close', incident, '--as', 'bob', '--db', db)
    const pending = [
      { id: expect.stringMatching(/^cmd_/), kind: 'resolve', incident, by: 'alice', at: expect.stringMatching(/Z$/) },
      { id: expect.stringMatching(/^cmd_/), kind: 'close', incident, by: 'bob', at: expect.stringMatching(/Z$/) },
    ]
    const show = () => mendkitJson('incidents', 'show', incident, '--db', db)
    expect(await show()).toMatchObject({ pendingCommands: pending })
    expect(await mendkitJson('status', '--db', db)).toMatchObject({ pendingCommands: { count: 2, oldest: pending } })
    expect((await mendkit('incidents', 'show', incident, '--db', db)).out).toMatch(
      /Waits for host +resolve by alice, [\d-]+ [\d:]+Z \(\d+s ago\)\n +close by bob, /,
    )
    const status = (await mendkit('status', '--db', db)).out.replaceAll(/\s+/g, ' ')
    expect(status).toContain(`Wait for a host 2 commands resolve of ${incident} by alice, `)
    await using host = startHost(db)
    await expect
      .poll(async () => (await host.mendkit.incidents.get(incident))?.phase, { timeout: 30_000 })
      .toBe('closed')
    expect(await show()).toMatchObject({ pendingCommands: [] })
    expect((await mendkit('incidents', 'show', incident, '--db', db)).out).not.toContain('Waits for host')
    expect((await mendkit('status', '--db', db)).out).toMatch(/Wait for a host +0 commands/)
  })

  test('is shown beside the approval that it answers', async () => {
    const { approval, digest, copy } = asked()
    const db = copy()
    await mendkit('approvals', 'approve', approval, '--digest', digest, ...alice, '--db', db)
    const pending = [{ kind: 'approve', about: approval, by: 'alice' }]
    const show = await mendkitJson('approvals', 'show', approval, '--db', db)
    expect(show).toMatchObject({ state: 'open', pendingCommands: pending })
    expect((await mendkit('approvals', 'show', approval, '--db', db)).out).toMatch(
      /Waits for host +approve apr_\w+\s+by\s+alice,/,
    )
    const { out } = await mendkit('approvals', 'list', '--db', db)
    expect(out.replaceAll(/\s+/g, ' ')).toContain('approve by alice waits for a host')
    expect((await mendkit('status', '--db', db)).out).toContain(
      `1 command\n                       approve ${approval} of`,
    )
  })

  test('is what follows from taking an incident over, which itself holds at once', async () => {
    const { incident, copy } = asked()
    const db = copy()
    await mendkit('incidents', 'take-over', incident, ...alice, '--db', db)
    const show = async () => (await mendkit('incidents', 'show', incident, '--db', db)).out.replaceAll(/\s+/g, ' ')
    expect(await show()).toContain('a host has yet to tell people')
    await using host = startHost(db)
    await expect
      .poll(async () => (await host.mendkit.incidents.get(incident))?.heldBy, { timeout: 30_000 })
      .toMatchObject({ by: 'alice' })
    expect(await show()).not.toContain('a host has yet to')
  })
})

describe('an acknowledgement', () => {
  test('of what is acknowledged says by whom and since when, and is recorded once', async () => {
    const { incident, copy } = asked()
    const db = copy()
    const acknowledge = (...args: readonly string[]) =>
      mendkit('incidents', 'acknowledge', incident, '--db', db, ...args)
    await acknowledge('--as', 'alice')
    const { seq } = await lastEntry(db)
    const again = await acknowledge('--as', 'alice')
    expect([again.code, again.out]).toEqual([
      0,
      expect.stringMatching(/already acknowledged by alice, \d.* ago\); nothing/),
    ])
    const json = JSON.parse((await acknowledge('--as', 'alice', '--json')).out)
    expect(json).toMatchObject({ done: 'incidents acknowledge', incident, already: { since: expect.any(String) } })
    const other = await acknowledge('--as', 'bob')
    expect([other.code, other.error]).toEqual([1, expect.stringContaining('already acknowledged by alice, since')])
    expect((await lastEntry(db)).seq).toBe(seq)
  })
})

describe('an approval', () => {
  test('is given for the digest that was shown, by who may, and by nobody else', async () => {
    const { approval, digest, copy } = asked()
    const db = copy()
    const approve = (...args: readonly string[]) => mendkit('approvals', 'approve', approval, '--db', db, ...args)
    expect(await approve(...alice, '--digest', 'f'.repeat(64))).toMatchObject({ code: 1, out: '' })
    const stranger = await approve('--as', 'mallory', '--digest', digest, '--json')
    expect([stranger.code, JSON.parse(stranger.error).error.code]).toEqual([1, 'forbidden'])
    expect((await approve(...alice)).code).toBe(2)
    expect(await approve(...alice, '--digest', digest, '--tenant', 'other')).toMatchObject({ code: 1, out: '' })
    const refused = { actor: { id: 'mallory' }, type: 'approval-refused', data: { because: 'not-an-approver' } }
    expect(await lastEntry(db)).toMatchObject(refused)
    const answer = await mendkitJson('approvals', 'approve', approval, '--digest', digest, ...alice, '--db', db)
    expect(answer).toEqual({ done: 'approvals approve', approval, digest, by })
    expect(await lastEntry(db)).toMatchObject({ actor, type: 'command-given', data: { kind: 'approve' } })
  })

  test('is refused with a reason, which a host that starts later carries out', async () => {
    const { approval, incident, copy } = asked()
    const db = copy()
    const { code, out } = await mendkit(
      'approvals',
      'reject',
      approval,
      '--because',
      'we roll on',
      ...alice,
      '--db',
      db,
    )
    expect([code, out]).toEqual([0, expect.stringContaining('handed over')])
    await using host = startHost(db)
    await expect
      .poll(async () => (await host.mendkit.incidents.get(incident))?.phase, { timeout: 30_000 })
      .toBe('handed-over')
    expect(host.cluster.effects()).toEqual([])
    expect((await mendkit('approvals', 'show', approval, '--db', db)).out).toMatch(/State +rejected[\s\S]*by +alice/)
    const again = await mendkit('approvals', 'reject', approval, '--because', 'again', ...alice, '--db', db)
    expect([again.code, again.error]).toEqual([1, expect.stringContaining('is rejected')])
  })
})

describe('the kill switch', () => {
  test('is thrown and lifted, and status says who holds it', async () => {
    const db = asked().copy()
    expect(await mendkitJson('pause', ...alice, '--db', db)).toEqual({ done: 'pause', tenant: 'default', by })
    expect(await lastEntry(db)).toMatchObject({ actor, type: 'engine-paused' })
    expect(await mendkitJson('status', '--db', db)).toMatchObject({ paused: { by: 'alice' } })
    expect((await mendkit('status', '--db', db)).out).toMatch(/Kill switch +ON: no effect begins; by alice/)
    expect((await mendkit('resume', ...alice, '--db', db)).code).toBe(0)
    expect(await lastEntry(db)).toMatchObject({ actor, type: 'engine-resumed' })
    expect(await mendkitJson('status', '--db', db)).toMatchObject({ paused: null })
  })

  test('is not thrown in the name of something that may be a secret', async () => {
    const db = asked().copy()
    const token = `ghp_${'a1B2c3D4e5'.repeat(4)}`
    const { code, error } = await mendkit('pause', '--as', token, '--db', db)
    expect(code).toBe(1)
    expect(error).not.toContain(token)
    expect(await mendkitJson('status', '--db', db)).toMatchObject({ paused: null })
  })
})
