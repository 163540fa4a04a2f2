import { MendkitError } from '../errors.ts'
import type { Change, CommitResult } from '../model/change.ts'
import type { CallContext } from '../ports/context.ts'
import { checkChange } from './check-change.ts'

/** What became of one change of a group. `refused`: it can never be applied; the others of its group stand. */
export type GroupOutcome = CommitResult | { readonly kind: 'refused'; readonly error: unknown }

/**
 * Applies changes of one tenant in one transaction and answers one outcome per change, in order. It throws when nothing
 * was written: a `MendkitError` when another try cannot help now, anything else when the database aborted the group. No two
 * groups run at the same time in one lane; lanes are counted from 0.
 */
export type RunGroup = (changes: readonly Change[], lane: number) => Promise<readonly GroupOutcome[]>

/** Bounds of the waiting room. */
const groupLimits = {
  /** Changes in one transaction. */
  changesInGroup: 100,
  /** Rows in one transaction; a single change may have more. */
  rowsInGroup: 10_000,
  /** Changes that may wait; the next one is turned away. */
  waitingChanges: 1_000,
  /** Rows that may wait, unless nothing else waits. */
  waitingRows: 200_000,
} as const

/** `RunGroup` within a lane. */
type Attempt = (changes: readonly Change[]) => Promise<readonly GroupOutcome[]>

interface Waiting {
  readonly change: Change
  readonly rows: number
  readonly begin: () => void
  readonly settle: (outcome: GroupOutcome) => void
  readonly fail: (error: unknown) => void
}

/** The commit side of a store. */
export interface GroupCommit {
  /** Resolves with the outcome of this one change, whatever became of the others of its group. */
  commit(change: Change, ctx: CallContext): Promise<CommitResult>
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>
}

/**
 * Puts whatever arrives while a transaction runs into the next one, per tenant, without waiting for more. A group that
 * the database aborts is run again, then change by change, so that one bad change costs only itself. Groups of one tenant
 * run one after the other; of several tenants, up to `lanes` groups run at the same time (1 unless given).
 *
 * `commit` throws `invalid` for a change that no store can keep, `unavailable` with `retryAfterMs` when too much waits
 * already, and the abort reason when the signal aborts before the change has begun; from then on it is carried out.
 */
export function commitInGroups(run: RunGroup, { lanes = 1 }: { readonly lanes?: number } = {}): GroupCommit {
  const queues = new Map<string, Waiting[]>()
  let waitingChanges = 0
  let waitingRows = 0
  const working = new Map<number, Promise<void>>()
  const tenantsAtWork = new Set<string>()

  async function commit(change: Change, ctx: CallContext): Promise<CommitResult> {
    ctx.signal.throwIfAborted()
    const rows = checkChange(change)
    const full = waitingChanges >= groupLimits.waitingChanges || waitingRows + rows > groupLimits.waitingRows
    if (full && waitingChanges > 0) {
      throw new MendkitError('unavailable', `${waitingChanges} changes wait to be stored already; try again soon`, {
        retryAfterMs: 100,
      })
    }
    const outcome = enter(change, rows, ctx.signal)
    startLane()
    return outcome
  }

  function enter(change: Change, rows: number, signal: AbortSignal): Promise<CommitResult> {
    const queue = queues.get(change.tenant) ?? []
    queues.set(change.tenant, queue)
    return new Promise((resolve, reject) => {
      const leave = () => {
        waitingChanges -= 1
        waitingRows -= rows
        signal.removeEventListener('abort', abort)
      }
      const abort = () => {
        queue.splice(queue.indexOf(waiting), 1)
        leave()
        reject(signal.reason)
      }
      const settle = (outcome: GroupOutcome) => (outcome.kind === 'refused' ? reject(outcome.error) : resolve(outcome))
      const waiting: Waiting = { change, rows, begin: leave, settle, fail: reject }
      signal.addEventListener('abort', abort)
      queue.push(waiting)
      waitingChanges += 1
      waitingRows += rows
    })
  }

  function startLane(): void {
    for (let lane = 0; lane < lanes; lane += 1) {
      if (working.has(lane)) continue
      working.set(lane, work(lane))
      return
    }
  }

  async function work(lane: number): Promise<void> {
    // What the caller commits in this same turn belongs to the first group.
    await Promise.resolve()
    for (let group = takeGroup(queues, tenantsAtWork); group !== undefined; group = takeGroup(queues, tenantsAtWork)) {
      const { tenant, changes } = group
      tenantsAtWork.add(tenant)
      for (const waiting of changes) waiting.begin()
      await runGroup((some) => run(some, lane), changes)
      tenantsAtWork.delete(tenant)
    }
    working.delete(lane)
  }

  async function idle(): Promise<void> {
    while (working.size > 0) await Promise.all(working.values())
  }

  return { commit, idle }
}

/** The next group of a tenant that has none at work, and this tenant to the end of the line. */
function takeGroup(
  queues: Map<string, Waiting[]>,
  atWork: ReadonlySet<string>,
): { readonly tenant: string; readonly changes: readonly Waiting[] } | undefined {
  for (const [tenant, queue] of queues) {
    if (atWork.has(tenant)) continue
    queues.delete(tenant)
    let rows = 0
    let end = 0
    for (const waiting of queue) {
      rows += waiting.rows
      if (end > 0 && (end === groupLimits.changesInGroup || rows > groupLimits.rowsInGroup)) break
      end += 1
    }
    const group = queue.splice(0, end)
    if (queue.length > 0) queues.set(tenant, queue)
    if (group.length > 0) return { tenant, changes: group }
  }
  return undefined
}

async function runGroup(run: Attempt, group: readonly Waiting[]): Promise<void> {
  if ((await attempt(run, group)) === 'done') return
  if ((await attempt(run, group)) === 'done') return
  for (const waiting of group) {
    const alone = await attempt(run, [waiting])
    if (alone !== 'done') waiting.fail(alone.aborted)
  }
}

/** `done` when every change of the group was answered. */
async function attempt(run: Attempt, group: readonly Waiting[]): Promise<'done' | { readonly aborted: unknown }> {
  try {
    const outcomes = await run(group.map((waiting) => waiting.change))
    for (const [index, outcome] of outcomes.entries()) group[index]?.settle(outcome)
    return 'done'
  } catch (error) {
    if (!MendkitError.is(error)) return { aborted: error }
    for (const waiting of group) waiting.fail(error)
    return 'done'
  }
}
