import { join } from 'node:path'
import { type Execution, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { mendkitJson, mendkitProcess } from './support/run-cli.ts'
import { type Host, patience, startHost, temporaryFolder } from './support/world.ts'

const alice = ['--as', 'alice', '--role', 'approver']

/** Waits until the only execution of a host stands in one of these states. */
function execution(host: Host, states: readonly Execution['state'][]): Promise<Execution> {
  return vi.waitFor(async () => {
    const [found] = await host.mendkit.executions.list({ states })
    if (found === undefined) throw new Error(`no execution is ${states.join(' or ')}`)
    return found
  }, patience)
}

test('a host that runs on the database carries out what the command was told', async () => {
  const db = join(temporaryFolder(), 'mendkit.db')
  await using host = startHost(db)
  const { incident, approval } = await host.askApproval()
  expect(await mendkitJson('pause', ...alice, '--db', db)).toMatchObject({ done: 'pause' })
  const { digest } = z
    .object({ digest: z.string() })
    .parse(await mendkitJson('approvals', 'show', approval, '--db', db))
  const approved = await mendkitProcess('approvals', 'approve', approval, '--digest', digest, ...alice, '--db', db)
  expect(approved).toMatchObject({ code: 0, error: '' })
  await vi.waitFor(async () => {
    expect(await host.mendkit.approvals.get(approval)).toMatchObject({ state: 'granted' })
  }, patience)
  expect(host.cluster.effects()).toEqual([])

  expect(await mendkitJson('resume', ...alice, '--db', db)).toMatchObject({ done: 'resume' })
  const { id } = await execution(host, ['observed', 'verifying'])
  expect(host.cluster.effects()).toHaveLength(1)
  expect(await mendkitJson('status', '--db', db)).toMatchObject({ unfinishedExecutions: 1, openApprovals: 0 })
  const listed = await mendkitJson('executions', 'list', '--unfinished', '--incident', incident, '--db', db)
  expect(listed).toMatchObject([{ id, type: 'kubernetes.rollout-undo' }])
  const { out } = await mendkitProcess('executions', 'list', '--db', db)
  expect(out).toMatch(new RegExp(`${id} +(observed|verifying)`))
  expect(await host.mendkit.approvals.get(approval)).toMatchObject({
    answers: [{ kind: 'approve', by: { id: 'alice', via: 'cli' } }],
  })
})

test('an approval that needs proof is shown as one, and is refused here but not at the host', async () => {
  const db = join(temporaryFolder(), 'mendkit.db')
  const code = '314159'
  await using host = startHost(db, { code })
  const { approval, digest, incident } = await host.askApproval()
  const shown = await mendkitProcess('approvals', 'show', approval, '--db', db)
  expect(shown.out).toMatch(/Proof +needed from whoever approves/)
  expect(shown.out).toContain('on the approval page of the host')
  expect(shown.out).not.toContain('mendkit approvals approve')
  expect((await mendkitProcess('approvals', 'list', '--db', db)).out).toMatch(/needs proof of who\s+approves/)
  expect(await mendkitJson('approvals', 'show', approval, '--db', db)).toMatchObject({ proofNeeded: true })

  const told = await mendkitProcess('approvals', 'approve', approval, '--digest', digest, ...alice, '--db', db)
  expect(told).toMatchObject({ code: 1, out: '' })
  expect(told.error).toContain('cannot be checked here: approve it on the approval page of the host')
  const by = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'oidc' }
  const { events } = await host.mendkit.incidents.timeline(incident)
  expect(events.filter(({ type }) => type === 'approval-refused')).toMatchObject([
    { actor: { id: 'alice', via: 'cli' }, data: { because: 'not-reauthenticated' } },
  ])
  expect(host.cluster.effects()).toEqual([])

  await host.mendkit.approvals.approve(approval, { by, digest, proof: code })
  await execution(host, ['observed', 'verifying'])
  expect(host.cluster.effects()).toHaveLength(1)
})

test('an execution whose outcome nobody can tell is settled by a person, once', async () => {
  const db = join(temporaryFolder(), 'mendkit.db')
  const stopped = await (async () => {
    await using host = startHost(db)
    const { approval, digest } = await host.askApproval()
    await mendkitProcess('approvals', 'approve', approval, '--digest', digest, ...alice, '--db', db)
    return await execution(host, ['observed', 'verifying'])
  })()
  const settle = (...args: readonly string[]) =>
    mendkitProcess('executions', 'settle', stopped.id, '--because', 'seen with kubectl', ...alice, '--db', db, ...args)
  const { code, out, error } = await settle('--outcome', 'applied', '--json')
  expect([code, error]).toEqual([0, ''])
  expect(JSON.parse(out)).toMatchObject({ done: 'executions settle', execution: stopped.id, outcome: 'applied' })
  const store = sqlStore(db)
  await store.open({ clock: systemClock }, callContext())
  const query = { tenant: 'default', incidentId: stopped.incidentId, states: ['pending'], limit: 10 }
  expect(await store.list('command', query, callContext())).toMatchObject([
    { by: { id: 'alice', via: 'cli' }, body: { kind: 'settle', executionId: stopped.id, outcome: 'applied' } },
  ])
  await store.close()
  const none = await mendkitProcess(
    'executions',
    'settle',
    'exe_none',
    '--outcome',
    'applied',
    '--because',
    'x',
    ...alice,
    '--db',
    db,
  )
  expect([none.code, none.error]).toEqual([1, expect.stringContaining('there is no execution exe_none')])
})

test('several commands at once, beside a host at work, all succeed', async () => {
  const db = join(temporaryFolder(), 'mendkit.db')
  await using host = startHost(db)
  const { incident } = await host.askApproval()
  const texts = ['one', 'two', 'three']
  const notes = texts.map((text) => mendkitProcess('incidents', 'note', incident, text, ...alice, '--db', db))
  const looks = [mendkitProcess('status', '--db', db)]
  const verified = mendkitProcess('audit', 'verify', '--db', db)
  for (const { code, error } of await Promise.all([...notes, ...looks])) expect([code, error]).toEqual([0, ''])
  // 3: whole, and compared with no anchor.
  expect(await verified).toMatchObject({ code: 3, error: '' })
  const told = await host.mendkit.incidents.timeline(incident, { format: 'markdown' })
  for (const text of texts) expect(told).toContain(text)
  expect(await host.mendkit.audit.verify()).toMatchObject({ verified: true })
})
