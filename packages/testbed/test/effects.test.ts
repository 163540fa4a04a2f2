import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { effects } from '../src/audit/effects.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'testbed-audit-'))
})
afterEach(() => rm(folder, { recursive: true }))

const rollback = [{ op: 'replace', path: '/spec/template', value: {} }]
const mark = { op: 'add', path: '/metadata/annotations/mendkit.dev~1fence', value: '7' }
const guard = { op: 'test', path: '/metadata/uid', value: 'u' }

function line(change: object): string {
  const event = {
    kind: 'Event',
    auditID: 'a',
    stage: 'ResponseComplete',
    verb: 'patch',
    requestURI: '/apis/apps/v1/namespaces/shop/deployments/checkout?fieldManager=mendkit',
    userAgent: 'mendkit/0.1.0 (execution e-1)',
    user: { username: 'system:serviceaccount:mendkit:act' },
    objectRef: { apiGroup: 'apps', resource: 'deployments', namespace: 'shop', name: 'checkout' },
    responseStatus: { code: 200 },
    requestObject: rollback,
    stageTimestamp: '2026-01-02T03:04:05.123456Z',
  }
  return `${JSON.stringify({ ...event, ...change })}\n`
}

async function judge(...changes: object[]) {
  const path = join(folder, 'audit.log')
  await writeFile(path, changes.map(line).join(''))
  return effects(path)
}

test('a rollback is an effect and carries its execution', async () => {
  const found = await judge({})
  expect(found.effects).toMatchObject([{ resource: 'deployments', name: 'checkout', executionId: 'e-1', status: 200 }])
  expect(found.fences).toEqual([])
})

test('an effect without an execution in the User-Agent is still counted', async () => {
  const found = await judge({ userAgent: 'mendkit/0.1.0', user: { username: 'kubernetes-admin' } })
  expect(found.effects.map((write) => write.executionId)).toEqual([undefined])
})

test.each(['mendkit/0.1.0', 'node', ''])(
  "an effect of Mendkit's account by User-Agent '%s' fails",
  async (userAgent) => {
    const second = { userAgent, auditID: 'second' }
    const message = expect.stringMatching(/mendkit:act made a change that names no execution: patch .*checkout.*second/)
    await expect(judge({}, second)).rejects.toMatchObject({ code: 'invalid', message })
  },
)

test('fences and Events of an account need no execution, and are found without the User-Agent', async () => {
  const event = { verb: 'create', objectRef: { resource: 'events', namespace: 'shop' } }
  const found = await judge({ userAgent: 'node', requestObject: [guard, mark] }, { userAgent: 'node', ...event })
  expect([found.effects.length, found.fences.length, found.events.length]).toEqual([0, 1, 1])
})

test('an account of the same name elsewhere is somebody else', async () => {
  const found = await judge({ userAgent: 'node', user: { username: 'system:serviceaccount:shop:mendkit-act' } })
  expect(found).toEqual({ effects: [], fences: [], events: [] })
})

test('an eviction and a delete are effects; their dry runs, asked for in the body, are not', async () => {
  const eviction = { resource: 'pods', subresource: 'eviction', namespace: 'shop', name: 'p' }
  const pod = { resource: 'pods', namespace: 'shop', name: 'p' }
  const found = await judge(
    { verb: 'create', objectRef: eviction, responseStatus: { code: 201 }, requestObject: { kind: 'Eviction' } },
    { verb: 'create', objectRef: eviction, requestObject: { deleteOptions: { dryRun: ['All'] } } },
    { verb: 'delete', objectRef: pod, requestObject: { preconditions: { uid: 'u' } } },
    { verb: 'delete', objectRef: pod, requestObject: { dryRun: ['All'] } },
  )
  expect(found.effects.map((write) => `${write.verb} ${write.resource}`)).toEqual([
    'create pods/eviction',
    'delete pods',
  ])
})

test('what had no effect is not counted', async () => {
  const found = await judge(
    { requestURI: '/apis/apps/v1/namespaces/shop/deployments/checkout?dryRun=All' },
    { responseStatus: { code: 409 } },
    { responseStatus: { code: 422 } },
    { verb: 'get', requestObject: undefined },
    { stage: 'ResponseStarted' },
    { userAgent: 'kubectl/v1.37.2', user: { username: 'kubernetes-admin' } },
    { verb: 'create', objectRef: { apiGroup: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' } },
  )
  expect(found).toEqual({ effects: [], fences: [], events: [] })
})

test('patches of the fence alone are fences, in both forms of a patch', async () => {
  const merge = { metadata: { uid: 'u', annotations: { 'mendkit.dev/fence': '7' } } }
  const first = [{ op: 'add', path: '/metadata/annotations', value: { 'mendkit.dev/fence': '7' } }]
  const found = await judge({ requestObject: [guard, mark] }, { requestObject: merge }, { requestObject: first })
  expect(found.fences).toHaveLength(3)
  expect(found.effects).toEqual([])
})

test('a patch that changes anything beside the fence is an effect', async () => {
  const foreign = { op: 'add', path: '/metadata/annotations/team', value: 'x' }
  const found = await judge(
    { requestObject: [guard, mark, ...rollback] },
    { requestObject: [guard, mark, foreign] },
    { requestObject: [guard, { ...mark, path: '/metadata/annotations/mendkit.dev~1execution' }] },
    { requestObject: { metadata: { annotations: { 'mendkit.dev/fence': '7' }, labels: { a: 'b' } } } },
    { requestObject: { metadata: { annotations: { 'mendkit.dev/fence': '7' } }, spec: {} } },
    { requestObject: [guard] },
  )
  expect(found.effects).toHaveLength(6)
})

test('Events are listed apart', async () => {
  const found = await judge({ verb: 'create', objectRef: { resource: 'events', namespace: 'shop' } })
  expect([found.effects.length, found.events.length]).toEqual([0, 1])
})

test('since and namespace narrow the list, and a line that is still being written is left out', async () => {
  const path = join(folder, 'audit.log')
  const other = { resource: 'deployments', namespace: 'other', name: 'x' }
  await writeFile(path, line({}) + line({ objectRef: other }) + line({}).slice(0, 40))
  expect((await effects(path)).effects).toHaveLength(2)
  expect((await effects(path, { namespace: 'other' })).effects.map((write) => write.name)).toEqual(['x'])
  expect((await effects(path, { since: new Date('2026-01-02T03:04:06Z') })).effects).toEqual([])
})

test('a line that is not an audit event is an error that names the line', async () => {
  const path = join(folder, 'audit.log')
  await writeFile(path, `${line({})}{"kind":"other"}\n`)
  await expect(effects(path)).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('line 2') })
})
