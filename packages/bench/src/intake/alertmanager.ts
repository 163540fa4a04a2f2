import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, started, untilAnswers } from '../machine.ts'
import { type Receiver, receiver } from './receiver.ts'
import { type Load, post, type Storms, storms } from './storms.ts'
import { apiBodies } from './wire.ts'

/** Takes storms with the real Alertmanager until its receiver has every alert. */
export async function takeAlertmanager(binary: string, load: Load): Promise<Storms> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-bench-'))
  const port = await freePort()
  try {
    await using told = await receiver()
    writeFileSync(join(folder, 'alertmanager.yml'), JSON.stringify(configuration(told)))
    await using server = started(binary, [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ])
    await untilAnswers(`http://127.0.0.1:${port}/-/ready`)
    const url = `http://127.0.0.1:${port}/api/v2/alerts`
    for (const body of apiBodies(1, 'first')) await post({ url }, body)
    await told.until('first', 1)
    const done = (name: string) => told.until(name, load.alerts)
    // Prometheus posts one portion after the other.
    return await storms({ load, pid: server.pid, url, bodies: apiBodies, inFlight: 1, done })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * The route that most installations have, with Alertmanager's defaults, but for `group_wait`: 30 s only make the
 * measurement longer. It must outlast the feeding, or a group would be told of twice.
 */
function configuration({ url }: Receiver): object {
  return {
    route: { receiver: 'loopback', group_by: ['alertname', 'namespace'], group_wait: '6s' },
    receivers: [{ name: 'loopback', webhook_configs: [{ url }] }],
  }
}
