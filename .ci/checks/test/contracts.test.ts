import { expect, test } from 'vitest'
import { repository } from '../../lib/command.ts'
import { files, read } from '../../lib/files.ts'
import { contracts } from '../contracts.ts'
import { manifest, problems } from './fixture.ts'

const ports = Object.fromEntries(files(repository, 'packages/core/src/ports/*.ts').map((path) => [path, '']))
const index = 'packages/testkit/src/index.ts'
const sound = {
  ...ports,
  [index]: read(repository, index),
  'packages/graph/package.json': manifest('@mendkit/graph'),
  'packages/graph/src/topology.ts': 'export function graph(): Topology { return {} }',
  'packages/graph/test/graph.contract.test.ts': "holdsTo(test, 'graph', topologyContract, make)",
}

test('accepts a port whose implementation runs its contract', async () => {
  expect(await problems(contracts, sound)).toEqual([])
})

test.each([
  ['a function', 'export function detect(): Detector { return {} }'],
  ['a promise', 'export async function detect(): Promise<Detector> { return {} }'],
  ['a constant', 'export const detect: Detector = {}'],
])('finds %s of a role whose contract nobody runs', async (_, source) => {
  const found = await problems(contracts, { ...sound, 'packages/graph/src/detector.ts': source })
  expect(found).toEqual([
    expect.stringMatching(
      /^packages\/graph\/src\/detector\.ts:1: a Detector, but no test of graph runs detectorContract$/,
    ),
  ])
})

test('finds a test that names the contract and does not run it', async () => {
  const test = { 'packages/graph/test/graph.contract.test.ts': '// topologyContract' }
  expect(await problems(contracts, { ...sound, ...test })).toHaveLength(1)
})

test('finds a port without a contract, one that has gone, and a contract that testkit does not offer', async () => {
  expect(await problems(contracts, { ...sound, 'packages/core/src/ports/queue.ts': '' })).toEqual([
    'packages/core/src/ports/queue.ts: no contract, and no reason why not',
  ])
  const fewer = Object.fromEntries(Object.entries(sound).filter(([path]) => !path.endsWith('/ports/clock.ts')))
  expect(await problems(contracts, fewer)).toEqual([
    'packages/core/src/ports/clock.ts: named in the check, but not there',
  ])
  const without = sound[index].replaceAll('topologyContract', 'x')
  expect(await problems(contracts, { ...sound, [index]: without })).toEqual([
    `${index}: does not export topologyContract`,
  ])
})

test('finds an exemption of what implements no port any more', async () => {
  const another = { 'packages/eval/package.json': manifest('@mendkit/eval') }
  expect(await problems(contracts, { ...sound, ...another })).toEqual([
    expect.stringContaining('packages/eval/src/bundle/recorded-model.ts: exempt'),
  ])
})
