import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MendkitError } from '@mendkit/core'
import { z } from 'zod'

const runStateSchema = z.object({
  id: z.string(),
  /** `up` was asked for by a person, and only a person's `down` ends it. */
  purpose: z.enum(['up', 'test']),
  controlUrl: z.string(),
  controlToken: z.string(),
})

/** What is written about a running testbed, so that another process can reach it or clear up after it. */
export type RunState = z.infer<typeof runStateSchema>

/** Folder below which each testbed has its own. */
export function runsFolder(cache: string): string {
  return join(cache, 'run')
}

/** Writes the state file whole or not at all. */
export async function writeRunState(folder: string, state: RunState): Promise<void> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'state.json')
  await writeFile(`${path}.new`, JSON.stringify(state), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

/** Every testbed that has left a state file, running or not. Throws `corrupt` for a file that does not read back. */
export async function listRuns(cache: string): Promise<readonly { folder: string; state: RunState }[]> {
  await mkdir(runsFolder(cache), { recursive: true })
  const runs: { folder: string; state: RunState }[] = []
  for (const name of await readdir(runsFolder(cache))) {
    const folder = join(runsFolder(cache), name)
    const text = await readFile(join(folder, 'state.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      // Another process is just making or removing this one.
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
      throw error
    })
    if (text === undefined) continue
    const state = runStateSchema.safeParse(JSON.parse(text))
    if (!state.success) throw new MendkitError('corrupt', `${folder}/state.json is not a testbed's: remove ${folder}`)
    runs.push({ folder, state: state.data })
  }
  return runs
}

/** Whether the testbed's own process still answers. */
export async function isAlive(state: RunState): Promise<boolean> {
  try {
    const reply = await fetch(`${state.controlUrl}/instance`, {
      headers: { authorization: `Bearer ${state.controlToken}` },
      signal: AbortSignal.timeout(5_000),
    })
    return (await reply.text()) === state.id
  } catch (error) {
    // A busy process is slow, but the kernel still accepts for it; only a refusal says that it is gone.
    return error instanceof DOMException && error.name === 'TimeoutError'
  }
}

/**
 * Clears up after testbeds whose process and watchdog both died: kills what they left running, removes their folders.
 *
 * Killed is what names that testbed's own folder in its command line, as each of its servers does. Returns how many
 * testbeds were cleared.
 */
export async function sweepDeadRuns(cache: string): Promise<number> {
  let swept = 0
  for (const { folder, state } of await listRuns(cache)) {
    if (await isAlive(state)) continue
    for (const pid of processesNaming(folder)) process.kill(pid, 'SIGKILL')
    await rm(folder, { recursive: true, force: true })
    swept += 1
  }
  return swept
}

function processesNaming(folder: string): readonly number[] {
  // Elsewhere than on Linux only the watchdog clears up.
  if (!existsSync('/proc')) return []
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter((pid) => pid !== process.pid && commandLine(pid).includes(folder))
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has just ended.
    return ''
  }
}
