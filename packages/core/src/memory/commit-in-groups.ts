import { MendkitError } from '../errors.ts'
import type { Change, CommitResult } from '../model/change.ts'
import type { CallContext } from '../ports/context.ts'
import { checkChange } from './check-change.ts'

/** What became of one change of a group. `refused`: it can never be applied; the others of its group stand. */
export type GroupOutcome = CommitResult | { readonly kind: 'refused'; readonly error: unknown }

/**
 * Applies changes of one tenant in one transaction and answers one outcome per change, in order. It throws when nothing
 * was written: a `MendkitError` when another try cannot help now, anything else when the database aborted the group.
 */
export type RunGroup = (changes: readonly Change[]) => Promise<readonly GroupOutcome[]>

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
 * the database aborts is run again, then change by change, so that one bad change costs only itself.
 *
 * `commit` throws `invalid` for a change that no store can keep, `unavailable` with `retryAfterMs` when too much waits
 * already, and the abort reason when the signal aborts before the change has begun; from then on it is carried out.
 */
export function commitInGroups(run: RunGroup): GroupCommit {
  const queues = new Map<string, Waiting[]>()
  let waitingChanges = 0
  let waitingRows = 0
  let working: Promise<void> | undefined

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
    working ??= work()
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

  async function work(): Promise<void> {
    // What the caller commits in this same turn belongs to the first group.
    await Promise.resolve()
    for (let group = takeGroup(queues); group.length > 0; group = takeGroup(queues)) {
      for (const waiting of group) waiting.begin()
      await runGroup(run, group)
    }
    working = undefined
  }

  return { commit, idle: async () => working }
}

/** The next group, and its tenant to the end of the line. */
function takeGroup(queues: Map<string, Waiting[]>): readonly Waiting[] {
  for (const [tenant, queue] of queues) {
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
    if (group.length > 0) return group
  }
  return []
}

async function runGroup(run: RunGroup, group: readonly Waiting[]): Promise<void> {
  if ((await attempt(run, group)) === 'done') return
  if ((await attempt(run, group)) === 'done') return
  for (const waiting of group) {
    const alone = await attempt(run, [waiting])
    if (alone !== 'done') waiting.fail(alone.aborted)
  }
}

/** `done` when every change of the group was answered. */
async function attempt(run: RunGroup, group: readonly Waiting[]): Promise<'done' | { readonly aborted: unknown }> {
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
