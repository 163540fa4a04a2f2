import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { compileHost } from '../src/chaos/driver/compile-host.ts'
import { runTeam, type TeamOptions, type TeamResult } from '../src/chaos/driver/team.ts'
import type { Point } from '../src/chaos/points.ts'
import { simulatedWorld } from '../src/chaos/world/simulated-world.ts'
import { makeDatabase } from '../src/databases/make-database.ts'

const servers = inject('databases')
const seed = 41
const timeout = 300_000
let cache = ''

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'mendkit-hosts-'))
  await compileHost(cache)
}, timeout)
afterAll(() => rm(cache, { recursive: true, force: true }))

async function teamOn(
  server: 'postgres' | 'mariadb',
  options: Pick<TeamOptions, 'hosts' | 'doomedAt'>,
): Promise<TeamResult> {
  if (servers === undefined) throw new Error('there are no servers')
  const world = await simulatedWorld().openLane()
  const source = await makeDatabase(servers[server])
  return runTeam({ world, source, seed, cache, quietWithinMs: 60_000, ...options })
}

function expectSound(result: TeamResult): void {
  expect(result, `seed ${seed}`).toMatchObject({ doubleEffects: [], lost: [], stuck: [], unaudited: [] })
  expect(new Set(result.ends)).toEqual(new Set(['SIGKILL']))
  expect(result.phases['resolved']).toBeGreaterThanOrEqual(result.entriesOf.length)
  expect(result.effects).toBeGreaterThanOrEqual(result.entriesOf.length)
  // Whoever wrote nothing took no part in it.
  for (const entries of result.entriesOf) expect(entries).toBeGreaterThan(0)
}

const leased: Point = 'before commit of execution-intended'
const moments: readonly (readonly [says: string, doomedAt: Point])[] = [
  ['holds a lease and its intent is not durable yet', leased],
  ['has its intent and has not made its call', 'before call'],
  ['has made its call and the outcome is not durable yet', 'after call'],
  ['has a call under way that arrives when it is dead', 'call in transit'],
]

describe.skipIf(servers === undefined)('hosts on one database and nothing else in common (needs databases)', () => {
  // Two teams at once: more would starve each other, and their leases are short.
  describe.each([moments.slice(0, 2), moments.slice(2)])('two on PostgreSQL', (...some) => {
    test.concurrent.each(some)('of which one is killed when it %s', { timeout }, async (_, point) => {
      expectSound(await teamOn('postgres', { hosts: 2, doomedAt: [point] }))
    })
  })

  test('four on PostgreSQL, of which one is killed amid its call', { timeout }, async () => {
    expectSound(await teamOn('postgres', { hosts: 4, doomedAt: ['after call'] }))
  })

  test('four on MariaDB, of which all but one are killed amid a step', { timeout }, async () => {
    expectSound(await teamOn('mariadb', { hosts: 4, doomedAt: [leased, 'before call', 'after call'] }))
  })
})
