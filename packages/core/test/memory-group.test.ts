import { type Change, type CommitResult, commitInGroups, type GroupOutcome, MendkitError } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'

const ctx = callContext()
const committed: CommitResult = { kind: 'committed', seqs: [] }

/** A change that its counter names. */
function named(name: string, tenant = 'acme'): Change {
  return { tenant, expect: [], put: [{ kind: 'counter', name, add: 1 }], audit: [] }
}

function nameOf(change: Change): string {
  const [put] = change.put
  return put?.kind === 'counter' ? put.name : ''
}

/** A runner whose transactions end when told to. */
function heldRunner() {
  const groups: string[][] = []
  const ends: (() => void)[] = []
  const waiters: (() => void)[] = []
  const run = async (changes: readonly Change[]): Promise<readonly GroupOutcome[]> => {
    groups.push(changes.map(nameOf))
    for (const wake of waiters.splice(0)) wake()
    await new Promise<void>((resolve) => ends.push(resolve))
    return changes.map(() => committed)
  }
  const began = async (count: number) => {
    while (groups.length < count) await new Promise<void>((resolve) => waiters.push(resolve))
  }
  return { run, groups, began, end: () => ends.shift()?.() }
}

describe('commitInGroups', () => {
  test('puts what arrives during a transaction into the next one, per tenant, at most 100 at a time', async () => {
    const { run, groups, began, end } = heldRunner()
    const group = commitInGroups(run)
    const first = group.commit(named('first'), ctx)
    await began(1)
    const later = Array.from({ length: 150 }, (_, index) => group.commit(named(`a${index}`), ctx))
    const others = ['b0', 'b1'].map((name) => group.commit(named(name, 'globex'), ctx))
    for (let next = 2; next <= 4; next += 1) {
      end()
      await began(next)
    }
    end()
    await Promise.all([first, ...later, ...others])
    expect(groups.map((each) => [each[0], each.length])).toEqual([
      ['first', 1],
      ['a0', 100],
      ['b0', 2],
      ['a100', 50],
    ])
  })

  test('runs groups of several tenants at the same time in lanes, and those of one tenant one after the other', async () => {
    const lanesAtWork = new Set<number>()
    const tenantsAtWork = new Set<string>()
    let most = 0
    const group = commitInGroups(
      async (changes, lane) => {
        const tenant = changes[0]?.tenant ?? ''
        expect([lanesAtWork.has(lane), tenantsAtWork.has(tenant)]).toEqual([false, false])
        lanesAtWork.add(lane)
        tenantsAtWork.add(tenant)
        most = Math.max(most, lanesAtWork.size)
        for (let turn = 0; turn < lane + 3; turn += 1) await Promise.resolve()
        lanesAtWork.delete(lane)
        tenantsAtWork.delete(tenant)
        return changes.map(() => committed)
      },
      { lanes: 3 },
    )
    const commits: Promise<CommitResult>[] = []
    for (let index = 0; index < 300; index += 1) {
      commits.push(group.commit(named(`c${index}`, `tenant-${index % 5}`), ctx))
      if (index % 3 === 0) await Promise.resolve()
    }
    expect(new Set(await Promise.all(commits))).toEqual(new Set([committed]))
    await group.idle()
    expect(most).toBe(3)
    expect(lanesAtWork.size).toBe(0)
  })

  test('begins at once when nothing runs, with all that was committed in the same turn', async () => {
    const { run, groups, began, end } = heldRunner()
    const group = commitInGroups(run)
    const both = [group.commit(named('a'), ctx), group.commit(named('b'), ctx)]
    await began(1)
    end()
    await Promise.all(both)
    expect(groups).toEqual([['a', 'b']])
  })

  test('keeps groups small in rows, but takes a change of any size alone', async () => {
    const { run, groups, began, end } = heldRunner()
    const group = commitInGroups(run)
    const many = (name: string): Change => ({
      ...named(name),
      put: [
        ...named(name).put,
        ...Array.from({ length: 6_000 }, () => ({ kind: 'raise', incidentId: 'inc_1' }) as const),
      ],
    })
    const all = ['a', 'b', 'c'].map((name) => group.commit(name === 'b' ? named(name) : many(name), ctx))
    await began(1)
    end()
    await began(2)
    end()
    await Promise.all(all)
    expect(groups).toEqual([['a', 'b'], ['c']])
  })

  test('runs a group that the database aborted again, then change by change, so that one bad change costs only itself', async () => {
    const runs: string[][] = []
    const broken = new Error('the database aborted')
    const group = commitInGroups(async (changes) => {
      runs.push(changes.map(nameOf))
      if (changes.some((change) => nameOf(change) === 'bad')) throw broken
      return changes.map(() => committed)
    })
    const results = await Promise.allSettled(['a', 'bad', 'c'].map((name) => group.commit(named(name), ctx)))
    expect(results).toEqual([
      { status: 'fulfilled', value: committed },
      { status: 'rejected', reason: broken },
      { status: 'fulfilled', value: committed },
    ])
    const together = ['a', 'bad', 'c']
    expect(runs).toEqual([together, together, ['a'], ['bad'], ['c']])
  })

  test('does not run a group again when the store says that it cannot help', async () => {
    let runs = 0
    const locked = new MendkitError('unavailable', 'locked')
    const group = commitInGroups(async () => {
      runs += 1
      throw locked
    })
    const results = await Promise.allSettled(['a', 'b'].map((name) => group.commit(named(name), ctx)))
    expect(results).toEqual([locked, locked].map((reason) => ({ status: 'rejected', reason })))
    expect(runs).toBe(1)
  })

  test('rejects only the change that was refused', async () => {
    const refused = new MendkitError('invalid', 'no such alert')
    const group = commitInGroups(async (changes) =>
      changes.map((change) => (nameOf(change) === 'bad' ? { kind: 'refused', error: refused } : committed)),
    )
    const results = await Promise.allSettled(['a', 'bad'].map((name) => group.commit(named(name), ctx)))
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected'])
  })

  test('takes a waiting change away when its caller gives up, and carries out one that has begun', async () => {
    const { run, groups, began, end } = heldRunner()
    const group = commitInGroups(run)
    const [begunStop, waitingStop] = [new AbortController(), new AbortController()]
    const begun = group.commit(named('begun'), callContext({ signal: begunStop.signal }))
    await began(1)
    const waiting = group.commit(named('waiting'), callContext({ signal: waitingStop.signal }))
    const reason = new Error('gave up')
    waitingStop.abort(reason)
    begunStop.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    end()
    expect(await begun).toEqual(committed)
    await group.idle()
    expect(groups).toEqual([['begun']])
  })

  test('turns changes away when 1,000 wait, with a moment to try again, and takes them again when there is room', async () => {
    const { run, began, end } = heldRunner()
    const group = commitInGroups(run)
    const first = group.commit(named('first'), ctx)
    await began(1)
    const waiting = Array.from({ length: 1_000 }, () => group.commit(named('waiting'), ctx))
    await expect(group.commit(named('late'), ctx)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 100 })
    end()
    await began(2)
    const late = group.commit(named('late'), ctx)
    for (let next = 3; next <= 12; next += 1) {
      end()
      await began(next)
    }
    end()
    await Promise.all([first, late, ...waiting])
  })

  test('is idle when nothing waits and nothing runs', async () => {
    const { run, began, end } = heldRunner()
    const group = commitInGroups(run)
    await group.idle()
    const running = group.commit(named('a'), ctx)
    await began(1)
    let idle = false
    const waited = group.idle().then(() => {
      idle = true
    })
    await Promise.resolve()
    expect(idle).toBe(false)
    end()
    await waited
    expect(await running).toEqual(committed)
  })
})
