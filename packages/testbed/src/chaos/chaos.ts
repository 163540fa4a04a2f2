import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileHost } from './driver/compile-host.ts'
import { type LaneResult, runLane } from './driver/lane.ts'
import type { PlantedFault } from './host/orders.ts'
import type { Point } from './points.ts'
import { quietWithinMs } from './times.ts'
import type { World } from './world/world.ts'

/** A run of chaos. */
export interface ChaosOptions {
  readonly world: (folder: string) => Promise<World> | World
  /** At least so many hosts are killed; one more when the last is a pause, which kills two. */
  readonly kills: number
  /** The same seed gives the same kills; when they hit depends on the machine. */
  readonly seed: number
  /** Rows of hosts side by side, each with a store of its own. @default 3 */
  readonly lanes?: number
  /** Kill only there. @default everywhere */
  readonly points?: readonly [Point, ...Point[]]
  /** @default none */
  readonly planted?: PlantedFault
  /** When nothing more may be left to do, in milliseconds after the last start. @default 60_000 */
  readonly quietWithinMs?: number
  /** @default says nothing */
  readonly say?: (line: string) => void
}

/** What a run came to. */
export interface ChaosResult extends LaneResult {
  readonly cluster: 'real' | 'simulated'
}

/** Kills hosts and judges what they leave behind. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { kills, seed, say = () => undefined } = options
  const lanes = Math.min(options.lanes ?? 3, kills)
  const folder = await mkdtemp(join(tmpdir(), 'mendkit-chaos-'))
  const world = await options.world(folder)
  try {
    const cache = join(folder, 'compiled')
    await compileHost(cache)
    const fsync = canCountFsyncs(say)
    const ended = await Promise.allSettled(
      Array.from({ length: lanes }, async (_, lane) =>
        runLane({
          world: await world.openLane(),
          // Whole, and far from those of the neighbours.
          seed: seed * 1_000 + lane * 10,
          kills: Math.floor(kills / lanes) + (lane < kills % lanes ? 1 : 0),
          file: join(folder, `lane-${lane}.db`),
          cache,
          fsync,
          ...(options.points && { points: options.points }),
          ...(options.planted && { planted: options.planted }),
          quietWithinMs: options.quietWithinMs ?? quietWithinMs,
          say: (line) => say(`lane ${lane}: ${line}`),
        }),
      ),
    )
    // Only when all have ended can the world be taken from under them.
    const failed = ended.flatMap((lane) => (lane.status === 'rejected' ? [lane.reason as unknown] : []))
    if (failed.length > 0) throw new AggregateError(failed, `${failed.length} of ${lanes} lanes failed`)
    const results = ended.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value] : []))
    return { cluster: world.kind, ...summed(results) }
  } finally {
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function summed(results: readonly LaneResult[]): LaneResult {
  const phases: Record<string, number> = {}
  for (const result of results) {
    for (const [phase, count] of Object.entries(result.phases)) phases[phase] = (phases[phase] ?? 0) + count
  }
  return {
    kills: results.reduce((sum, result) => sum + result.kills, 0),
    doubleEffects: results.flatMap((result) => result.doubleEffects),
    lost: results.flatMap((result) => result.lost),
    stuck: results.flatMap((result) => result.stuck),
    unaudited: results.flatMap((result) => result.unaudited),
    phases,
  }
}

/** Whether strace is here and may trace; without it the n-th commit stands in for the n-th fsync. */
function canCountFsyncs(say: (line: string) => void): boolean {
  const tried = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync', 'true'], { encoding: 'utf8' })
  if (tried.status === 0) return true
  const why = tried.error?.message ?? tried.stderr.trim()
  say(`fsyncs cannot be counted here (${why}): kills at the n-th commit stand in for them`)
  return false
}
