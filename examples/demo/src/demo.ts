import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoOptions } from './options.ts'
import { hurried, watching } from './pace.ts'
import { makeReport, type Report } from './report.ts'
import { openStage, type Stage } from './stage.ts'
import { decision } from './story/decision.ts'
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
import type { Screen } from './terminal/screen.ts'

/** What a run of the demo is given. */
export interface DemoParts {
  readonly options: DemoOptions
  readonly screen: Screen
  readonly interrupt: AbortController
}

/** Plays the demo from the quiet shop to the verified log, and removes what it made. Answers what it came to. */
export async function playDemo({ options, screen, interrupt }: DemoParts): Promise<Report> {
  const stage = openStage(screen.isLive ? watching : hurried, interrupt.signal)
  try {
    const incidentId = await tellStory({ options, screen, interrupt }, stage)
    if (options.keep) await keep(stage, incidentId, { options, screen })
    return await makeReport(stage.mendkit)
  } catch (error) {
    throw stage.signal.aborted ? stage.signal.reason : error
  } finally {
    await stage.close(options)
  }
}

async function tellStory({ options, screen, interrupt }: DemoParts, stage: Stage): Promise<string> {
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
  await nextSteps(play)
  return incidentId
}

/** Waits until the engine has said what it has to say about everything that stayed apart. */
async function othersSettled({ feed }: Stage, incidentId: string): Promise<void> {
  const others = () => feed.all('incident-opened').filter(({ subject }) => subject.id !== incidentId)
  const allEnded = () => others().every(({ subject }) => endOf({ feed }, subject.id) !== undefined) || undefined
  await feed.until('the incidents that stay apart are looked at', allEnded)
}

async function keep(
  { mendkit, folder }: Stage,
  incidentId: string,
  { options, screen }: Pick<DemoParts, 'options' | 'screen'>,
): Promise<void> {
  const draft = join(folder, 'incident.md')
  writeFileSync(draft, await mendkit.incidents.timeline(incidentId, { format: 'markdown' }))
  const kept = `Kept in ${folder}: mendkit.db, incident.md (the draft of a postmortem) and engine.log`
  await screen.tell(kept)
  // Nobody sees the screen then, and standard output belongs to the object.
  if (options.json) console.error(kept)
}
