import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DemoOptions } from './options.ts'
import { hurried, watching } from './pace.ts'
import { makeReport, type Report } from './report.ts'
import { playScenes } from './scenes/play-scenes.ts'
import { openStage, type Stage } from './stage.ts'
import { type Decided, decision } from './story/decision.ts'
import { diagnosis } from './story/diagnosis.ts'
import { evidence } from './story/evidence.ts'
import { grouping } from './story/grouping.ts'
import { nextSteps } from './story/next-steps.ts'
import { opening } from './story/opening.ts'
import { plan } from './story/plan.ts'
import type { IncidentPlay } from './story/play.ts'
import { record } from './story/record.ts'
import { endOf, repair } from './story/repair.ts'
import { storm } from './story/storm.ts'
import { rejected, unanswered } from './story/undone.ts'
import { ask } from './terminal/ask.ts'
import type { Screen } from './terminal/screen.ts'
import { tone } from './terminal/text.ts'
import { checkout } from './world/workload.ts'

/** What a run of the demo is given. */
export interface DemoParts {
  readonly options: DemoOptions
  readonly screen: Screen
  readonly interrupt: AbortController
}

/** Plays the demo from the quiet shop to the verified log, and removes what it made. Answers what it came to. */
export async function playDemo({ options, screen, interrupt }: DemoParts): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-demo-'))
  try {
    const report = await playIn(folder, { options, screen, interrupt })
    if (options.keep) {
      const kept = `Kept in ${folder}: mendkit.db, incident.md (the draft of a postmortem), engine.log, api-server.jsonl (every request to the cluster) and deployments.json (how they stood in the end), also of each scene`
      await screen.tell(kept)
      // Nobody sees the screen then, and standard output belongs to the object.
      if (options.json) console.error(kept)
    }
    return report
  } finally {
    if (!options.keep) rmSync(folder, { recursive: true, force: true })
  }
}

async function playIn(folder: string, { options, screen, interrupt }: DemoParts): Promise<Report> {
  const pace = screen.isLive ? watching : hurried
  const stage = openStage({ workload: checkout, pace, folder }, interrupt.signal)
  try {
    const { incidentId, decided } = await tellStory({ options, screen, interrupt }, stage)
    await keep(stage, incidentId)
    const report = await makeReport(stage.mendkit)
    const goesOn = decided === 'approved' && (await wantsMore(screen, options, stage.signal, () => interrupt.abort()))
    const parts = { screen, pace, folder, interrupt: stage.signal, keep }
    const scenes = goesOn ? await playScenes(parts) : { drift: null, rollback: null }
    await nextSteps({ stage, screen })
    return { ...report, ...scenes }
  } catch (error) {
    throw stage.signal.aborted ? stage.signal.reason : error
  } finally {
    await stage.close()
  }
}

/** Plays the first incident. */
async function tellStory(
  { options, screen, interrupt }: DemoParts,
  stage: Stage,
): Promise<{ readonly incidentId: string; readonly decided: Decided }> {
  await opening({ stage, screen })
  const incidentId = await storm({ stage, screen })
  const timeline = await stage.mendkit.incidents.timeline(incidentId)
  const play: IncidentPlay = { stage, screen, timeline }
  await grouping(play)
  await diagnosis(play, await evidence(play))
  await plan(play)
  const decided = await decision(play, options, () => interrupt.abort())
  if (decided === 'approved') await repair(play)
  if (decided === 'rejected') await rejected(play)
  if (decided === 'unanswered') await unanswered(play)
  await othersSettled(stage, incidentId)
  await record(play)
  return { incidentId, decided }
}

/** Asks whoever watches whether to go on; whoever does not watch has asked for all of it. */
async function wantsMore(
  screen: Screen,
  { yes, json }: DemoOptions,
  signal: AbortSignal,
  interrupt: () => void,
): Promise<boolean> {
  if (yes || json) return true
  await screen.say()
  await screen.tell(
    'That is the loop. Two short scenes show what keeps it safe: a stale yes, and a fix that makes it worse.',
  )
  await screen.say()
  return (await ask(`  ${tone('strong', 'See them?')} Enter goes on, n ends › `, signal, interrupt)) === 'yes'
}

/** Waits until the engine has said what it has to say about everything that stayed apart. */
async function othersSettled({ feed }: Stage, incidentId: string): Promise<void> {
  const others = () => feed.all('incident-opened').filter(({ subject }) => subject.id !== incidentId)
  const allEnded = () => others().every(({ subject }) => endOf({ feed }, subject.id) !== undefined) || undefined
  await feed.until('the incidents that stay apart are looked at', allEnded)
}

/** Leaves the draft of a postmortem in the folder of a stage. */
async function keep({ mendkit, folder }: Stage, incidentId: string): Promise<void> {
  writeFileSync(join(folder, 'incident.md'), await mendkit.incidents.timeline(incidentId, { format: 'markdown' }))
}
