import type { Engine } from './engine.ts'

/** Whether the engine does its work. `ok: false` always comes with reasons. */
export interface Health {
  readonly ok: boolean
  readonly running: boolean
  readonly store: 'reachable' | 'unreachable'
  /** When alerts were last correlated, ISO 8601; absent before the first sweep. */
  readonly lastSweepAt?: string
  readonly because: readonly string[]
}

/** Sweeps that may be missed before health says so. */
const patienceInSweeps = 10

/** Asks the store and the worker. Never throws: a fault is an answer. */
export async function health(engine: Engine): Promise<Health> {
  const { parts } = engine
  const state = engine.state()
  const reachable = await engine
    .ready()
    .then(() => parts.store.now(engine.context()))
    .then(
      () => true,
      () => false,
    )
  const late =
    state.running && state.lastSweepAt !== undefined
      ? parts.clock.now() - state.lastSweepAt > patienceInSweeps * Math.max(parts.settings.engine.sweepMs, 1_000)
      : false
  const because = [
    ...(state.running ? [] : ['run was not called, or has ended']),
    ...(reachable ? [] : ['the store does not answer']),
    ...(state.lastSweepFailed ? ['the last sweep of pending alerts failed'] : []),
    ...(late ? ['alerts were not correlated for a while'] : []),
  ]
  return {
    ok: because.length === 0,
    running: state.running,
    store: reachable ? 'reachable' : 'unreachable',
    ...(state.lastSweepAt !== undefined && { lastSweepAt: new Date(state.lastSweepAt).toISOString() }),
    because,
  }
}
