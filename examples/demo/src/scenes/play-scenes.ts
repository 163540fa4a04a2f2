import { join } from 'node:path'
import type { Pace } from '../pace.ts'
import { openStage, type Stage } from '../stage.ts'
import type { Screen } from '../terminal/screen.ts'
import { orders, prices, type Workload } from '../world/workload.ts'
import { type DriftReport, drift } from './drift.ts'
import { type RollbackReport, rollback } from './rollback.ts'
import type { ScenePlay } from './scene.ts'

/** What the scenes are played with. */
export interface ScenesParts {
  readonly screen: Screen
  readonly pace: Pace
  readonly folder: string
  readonly interrupt: AbortSignal
  /** Called before a stage closes. */
  readonly keep: (stage: Stage, incidentId: string) => Promise<void>
}

/** What the scenes came to. */
export interface Scenes {
  readonly drift: DriftReport & Record
  readonly rollback: RollbackReport & Record
}

/** Which incident it was, and the log about it. */
interface Record {
  readonly incident: string
  readonly audit: { readonly entries: number; readonly verified: boolean }
}

/** Plays what else can happen, each on a cluster and a database of its own. */
export async function playScenes(parts: ScenesParts): Promise<Scenes> {
  const { pace } = parts
  return {
    drift: await playScene(parts, 'drift', prices, pace, drift),
    rollback: await playScene(parts, 'rollback', orders, { ...pace, deadline: pace.shortDeadline }, rollback),
  }
}

async function playScene<Report>(
  { screen, folder, interrupt, keep }: ScenesParts,
  name: string,
  workload: Workload,
  pace: Pace,
  scene: (play: ScenePlay) => Promise<Report>,
): Promise<Report & Record> {
  const stage = openStage({ workload, pace, folder: join(folder, name) }, interrupt)
  try {
    const report = await scene({ stage, screen, pace })
    const [incident] = await stage.mendkit.incidents.list()
    if (incident === undefined) throw new Error(`the scene ${name} was played without an incident`)
    const audit = await stage.mendkit.audit.verify()
    await keep(stage, incident.id)
    return {
      ...report,
      incident: incident.id,
      audit: { entries: audit.entries, verified: audit.verified },
    }
  } catch (error) {
    throw stage.signal.aborted ? stage.signal.reason : error
  } finally {
    await stage.close()
  }
}
