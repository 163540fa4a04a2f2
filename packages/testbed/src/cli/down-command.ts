import { existsSync } from 'node:fs'
import { cacheFolder } from '../build/cache-folder.ts'
import { order } from '../control-client.ts'
import { listRuns, sweepDeadRuns } from '../machine/run-folder.ts'
import { waitUntil } from '../machine/wait-until.ts'

/** Stops every testbed that `up` started, and clears up after testbeds whose process is gone. Leaves those of tests. */
export async function downCommand(print: (line: string) => void): Promise<void> {
  const cache = cacheFolder()
  const swept = await sweepDeadRuns(cache)
  if (swept > 0) print(`Cleared up after ${swept} testbed(s) whose process is gone.`)
  const runs = (await listRuns(cache)).filter((run) => run.state.purpose === 'up')
  for (const { folder, state } of runs) {
    await order({ url: state.controlUrl, token: state.controlToken }, '/stop')
    // The watchdog removes the folder last, when all servers are gone.
    await waitUntil(`testbed ${state.id} ending`, () => !existsSync(folder))
    print(`Stopped ${state.id}.`)
  }
  if (runs.length === 0) print('No testbed is up.')
}
