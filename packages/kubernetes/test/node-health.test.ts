import { simulatedCluster } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { context, incidentAt, integrationOn } from './scene.ts'

const reference = { apiVersion: 'v1', kind: 'Node', name: 'node-1' } as const
const target = { cluster: 'test', ...reference, labels: {} }
const since = Date.parse('2026-01-01T12:00:00Z')
const [earlier, later] = ['2026-01-01T11:59:59Z', '2026-01-01T12:00:01Z']

async function healthOf(conditions: readonly object[], after = true) {
  const cluster = simulatedCluster()
  cluster.report(reference, { conditions })
  const check = integrationOn(cluster, { nodes: true }).checks?.find(({ id }) => id.includes('node-health'))
  const question = { incident: incidentAt(since), target, symptoms: [], ...(after ? { since } : {}) }
  expect(check?.applies(question)).toBe(true)
  return check?.check(question, context)
}

const readiness = (status: string, lastHeartbeatTime?: string) => ({ type: 'Ready', status, lastHeartbeatTime })
const memory = { type: 'MemoryPressure', status: 'True' }
const disk = { type: 'DiskPressure', status: 'False' }

test.each([
  ['ready', [readiness('True', later), disk], 'good', 0],
  ['not ready', [readiness('False', later)], 'bad', 1],
  ['short of memory', [readiness('True', later), memory], 'bad', 1],
  ['not ready and short of memory', [readiness('False', later), memory], 'bad', 2],
  ['ready, as its kubelet said before the effect', [readiness('True', earlier)], 'unknown', undefined],
  ['ready, as was said nobody knows when', [readiness('True')], 'unknown', undefined],
  ['silent', [readiness('Unknown', later)], 'unknown', undefined],
  ['without any condition', [], 'unknown', undefined],
] as const)('a node that is %s', async (_, conditions, verdict, value) => {
  const result = await healthOf(conditions)
  expect([result?.verdict, result?.measure?.value]).toEqual([verdict, value])
})

test('before an effect what the kubelet last said counts', async () => {
  expect(await healthOf([readiness('False', earlier)], false)).toMatchObject({ verdict: 'bad', measure: { value: 1 } })
})

test('a node that is gone, or has another UID, is bad', async () => {
  const cluster = simulatedCluster()
  const check = integrationOn(cluster, { nodes: true }).checks?.find(({ id }) => id.includes('node-health'))
  const other = { incident: incidentAt(since), target: { ...target, uid: 'another' }, symptoms: [] }
  expect(await check?.check(other, context)).toMatchObject({ verdict: 'bad' })
  cluster.remove(reference)
  expect(await check?.check({ ...other, target }, context)).toMatchObject({ verdict: 'bad' })
})

test('the health of nodes is not judged where they are not read', () => {
  const ids = integrationOn(simulatedCluster()).checks?.map(({ id }) => id)
  expect(ids?.filter((id) => id.includes('node'))).toEqual([])
})
