import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createMendkit, silentLogger } from '@mendkit/core'
import { alertmanagerWebhook } from '@mendkit/prometheus'
import { sqlStore } from '@mendkit/sql'
import { makeDatabase, runOn } from '@mendkit/testbed/make-database'
import { testSigner } from '@mendkit/testkit'
import { webhookBodies } from '../intake/wire.ts'
import { type Effort, type Row, statedRow } from '../row.ts'
import { scratchFolder } from './scratch.ts'
import type { Servers } from './servers.ts'

/** What alerts leave on disk with their incidents and the signed log, tables and indexes, once all of them are correlated. */
export async function* bytesOnDisk({ smoke }: Effort, servers: Servers): AsyncIterable<Row> {
  const alerts = smoke ? 200 : 10_000
  const name = 'on disk per 1,000 alerts, without retention'
  using folder = scratchFolder()
  const file = join(folder.path, 'alerts.db')
  await takeIn(file, alerts)
  const per = (bytes: number) => [bytes / (alerts / 1_000) / 1_024]
  yield statedRow(`${name}, SQLite`, 'KiB', per(statSync(file).size))
  if ('absent' in servers) return
  const postgres = await makeDatabase(servers.postgres)
  await takeIn(postgres, alerts)
  const inPostgres = `select sum(pg_total_relation_size(oid))::bigint as bytes from pg_class
    where relkind = 'r' and relname like 'mendkit\\_%'`
  yield statedRow(`${name}, PostgreSQL`, 'KiB', per(await bytesOf(postgres, inPostgres)))
  const mariadb = await makeDatabase(servers.mariadb)
  await takeIn(mariadb, alerts)
  const analyze = 'select table_name as name from information_schema.tables where table_schema = database()'
  for (const row of await runOn(mariadb, analyze)) await runOn(mariadb, `analyze table ${String(row['name'])}`)
  const inMariadb = `select sum(data_length + index_length) as bytes from information_schema.tables
    where table_schema = database()`
  yield statedRow(`${name}, MariaDB`, 'KiB', per(await bytesOf(mariadb, inMariadb)))
}

async function bytesOf(url: string, statement: string): Promise<number> {
  const [row] = await runOn(url, statement)
  return Number(row?.['bytes'])
}

async function takeIn(source: string, alerts: number): Promise<void> {
  const mendkit = createMendkit({
    store: sqlStore(source),
    autonomy: { default: 'off' },
    system: { log: silentLogger, signer: testSigner() },
  })
  const webhook = alertmanagerWebhook(mendkit, { secret: 'a-secret-of-the-bench', source: 'bench' })
  const stop = new AbortController()
  const running = mendkit.run({ signal: stop.signal })
  for (const body of webhookBodies(alerts, 'PodNotReady')) {
    const headers = { authorization: 'Bearer a-secret-of-the-bench', 'content-type': 'application/json' }
    const { status } = await webhook(new Request('http://127.0.0.1/alerts', { method: 'POST', headers, body }))
    if (status !== 200) throw new Error(`an alert was answered with ${status}`)
  }
  while (!mendkit.metrics().includes(`mendkit_alerts_correlated_total ${alerts}\n`)) await setTimeout(50)
  stop.abort()
  await running
  await mendkit.close()
}
