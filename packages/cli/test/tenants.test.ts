import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type HistoryRow, historyPlace, systemClock } from '@mendkit/core'
import { callContext, testKeyCertifier, testSigner } from '@mendkit/testkit'
import { runCommand } from 'mendkit'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { commands } from '../src/run/commands.ts'
import { patience, startHost } from './support/world.ts'

const ctx = callContext()
const looked = Date.now() + 600_000
const tenants = ['default', 'other'] as const
type Tenant = (typeof tenants)[number]

/** What a command takes, by what its usage calls it. */
type Given = Readonly<Record<string, string>>

const given: Partial<Record<Tenant, Given>> = {}
/** All of both tenants, and the same without all rows of one. */
const files: Record<'both' | `without ${Tenant}`, string> = { both: '', 'without default': '', 'without other': '' }

/** What some commands need beside what they take. */
const more: Record<string, readonly string[]> = {
  'approvals list': ['--state', 'open,used'],
  'audit tail': ['--from', '0'],
  report: ['--since', '30d'],
}

/** Every command that shows something of a tenant and changes nothing: one that is new is among them by itself. */
const reading = commands.filter(({ options }) => 'tenant' in options && !('as' in options))

// What is told of a moment is then told of the same one.
beforeEach(() => {
  vi.useFakeTimers({ now: looked, toFake: ['Date'] })
  return () => vi.useRealTimers()
})

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-cli-'))
  const policies = join(folder, 'policies.json')
  writeFileSync(policies, JSON.stringify({ version: 1, policies: [{ kind: 'allow-up-to', risk: 'low' }] }))
  files.both = join(folder, 'both.db')
  const keyCertifier = testKeyCertifier()
  for (const tenant of tenants) {
    // Each with a cluster of its own: what was done for one is not already done for the other.
    await using host = startHost(files.both, { signer: testSigner(), keyCertifier })
    const { incident, approval, digest } = await host.askApproval(tenant)
    const by = host.mendkit.as({ id: 'ada', roles: ['approver'], tenant, via: 'test' })
    await by.approvals.approve(approval, { digest })
    await vi.waitFor(async () => expect(await by.executions.list()).toHaveLength(1), patience)
    await vi.waitFor(async () => {
      const { certifications } = await by.audit.verify()
      expect(certifications.map(({ status }) => status)).toEqual(['certified'])
    }, patience)
    await host.store.commit({ tenant, expect: [], put: [{ kind: 'history', rows: historyOf(tenant) }], audit: [] }, ctx)
    given[tenant] = { incident, approval, seq: '0', size: '1' }
  }
  more['policy test'] = ['--policies', policies]
  for (const tenant of tenants) {
    const without = `without ${tenant}` as const
    files[without] = join(folder, `${without}.db`)
    copyFileSync(files.both, files[without])
    const database = new DatabaseSync(files[without])
    const tables = database.prepare(
      `select m.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and c.name = 'tenant'`,
    )
    for (const { name } of tables.all()) database.exec(`delete from ${String(name)} where tenant = '${tenant}'`)
    database.close()
  }
  return () => rmSync(folder, { recursive: true, force: true })
}, 120_000)

function historyOf(tenant: Tenant): readonly HistoryRow[] {
  const at = Date.UTC(2026, 5, 1)
  const [startsAt, endsAt] = [new Date(at).toISOString(), new Date(at + 300_000).toISOString()]
  const about = { tenant, alertname: `Of-${tenant}`, cluster: 'prod', labels: { alertname: `Of-${tenant}` } }
  const series = {
    tool: 'prometheus.query-range',
    name: 'metric.errors',
    labels: { of: tenant },
    points: [[at, 1]] as const,
  }
  return [
    { ...about, kind: 'day', id: `${historyPlace('alerts', at)}-1`, startsAt, endsAt, episodes: 2, firingMs: 3 },
    {
      ...series,
      tenant,
      kind: 'series',
      id: `${historyPlace('series', at)}-1`,
      incidentId: 'inc_1',
      evidenceId: 'evi_1',
      startsAt,
      endsAt,
    },
  ]
}

async function run(file: string, tenant: Tenant, name: string, takes: readonly string[] = [], of: Tenant = tenant) {
  const out: string[] = []
  const words = takes.map((one) => given[of]?.[one] ?? `no ${one} is given to ${name}`)
  const argv = [...name.split(' '), ...words, ...(more[name] ?? []), '--db', file, '--tenant', tenant, '--json']
  const code = await runCommand(argv, {
    out: (text) => void out.push(text),
    written: async () => undefined,
    error: (text) => void out.push(text),
    env: {},
    columns: 80,
    colours: false,
    now: () => systemClock.now(),
    signal: new AbortController().signal,
  })
  const shows = out.join('').replaceAll(file, 'the database')
  // The newest start of a host is nobody's: all tenants have the same hosts.
  return { code, shows: shows.replace(/"engine": \{.*?\n {2}\}/s, '"engine": null') }
}

describe.each(tenants)('for tenant %s', (tenant) => {
  const another = tenant === 'default' ? 'other' : 'default'

  test.each(reading.map((command) => [command.name, command] as const))(
    'mendkit %s shows the same whether or not another tenant is there, and something of its own',
    async (name, { takes }) => {
      const shown = await run(files.both, tenant, name, takes)
      expect([0, 3]).toContain(shown.code)
      expect(shown).toEqual(await run(files[`without ${another}`], tenant, name, takes))
      expect(shown).not.toEqual(await run(files[`without ${tenant}`], tenant, name, takes))
    },
  )

  test.each(
    reading
      .filter(({ takes = [] }) => takes.includes('incident') || takes.includes('approval'))
      .map((command) => [command.name, command] as const),
  )("mendkit %s finds nothing under another tenant's id", async (name, { takes }) => {
    const { code, shows } = await run(files.both, tenant, name, takes, another)
    expect([code, shows]).toEqual([1, expect.stringContaining('not-found')])
  })
})
