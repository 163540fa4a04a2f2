import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, residentMiB, started, untilAnswers } from '../machine.ts'
import { type Load, post, type Storms, storms } from './storms.ts'
import { webhookBodies } from './wire.ts'

/** Alertmanager tells of groups side by side: so many at a time where the receiver takes 5 to 50 ms. */
const inFlight = 8
const headers = { authorization: 'Bearer a-secret-of-the-bench' }

/** Takes storms with a host of ours: on this store, and with the engine running if its correlation counts as well. */
export async function takeOurs(
  store: 'memory' | 'sqlite',
  load: Load,
  { correlates = false }: { readonly correlates?: boolean } = {},
): Promise<Storms & { readonly residentMiB: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-bench-'))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const url = `${base}/alerts`
  const file = store === 'memory' ? 'memory' : join(folder, 'bench.db')
  try {
    await using server = started(
      process.execPath,
      program(new URL('../servers/intake-server.ts', import.meta.url), port, file, ...(correlates ? ['run'] : [])),
    )
    await untilAnswers(`${base}/ready`)
    // One alert opens the store.
    for (const body of webhookBodies(1, 'first')) await post({ url, headers }, body)
    let sent = 1
    const done = async () => {
      sent += load.alerts
      if (correlates) await untilCorrelated(base, sent)
    }
    const taken = await storms({
      load,
      pid: server.pid,
      url,
      headers,
      bodies: webhookBodies,
      inFlight,
      done,
    })
    return { ...taken, residentMiB: residentMiB(server.pid) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What a server in this runtime spends that only parses the requests, and digests each alert twice. */
export async function takeFloor(load: Load): Promise<Storms> {
  const port = await freePort()
  await using server = started(process.execPath, program(new URL('../servers/floor-server.ts', import.meta.url), port))
  await untilAnswers(`http://127.0.0.1:${port}/ready`)
  const url = `http://127.0.0.1:${port}/alerts`
  return await storms({ load, pid: server.pid, url, headers, bodies: webhookBodies, inFlight })
}

function program(file: URL, port: number, ...args: readonly string[]): readonly string[] {
  return ['--conditions=mendkit-source', fileURLToPath(file), String(port), ...args]
}

async function untilCorrelated(base: string, alerts: number): Promise<void> {
  for (;;) {
    const { correlated } = (await (await fetch(`${base}/correlated`)).json()) as { readonly correlated: string }
    if (Number(correlated) >= alerts) return
    await setTimeout(250)
  }
}
