import { readFileSync, writeFileSync } from 'node:fs'
import { leastPermissions } from '@mendkit/kubernetes'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { withAsked } from './support/asked.ts'
import { mendkit, mendkitIn } from './support/run-cli.ts'
import { apiServer, server } from './support/servers.ts'

const asked = withAsked()

const answer = z.object({
  ok: z.boolean(),
  findings: z.array(z.object({ about: z.string(), ok: z.boolean(), says: z.string() })),
  alerts: z.unknown().optional(),
})

async function doctor(...args: readonly string[]) {
  const { code, out } = await mendkit('doctor', '--json', ...args)
  return { code, ...answer.parse(JSON.parse(out)) }
}

describe('the store', () => {
  test('that is well opens, has its schema, is whole and durable', async () => {
    const db = asked().copy()
    const { code, out, error } = await mendkit('doctor', '--db', db)
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(
      /ok +store[\s\S]*tables of version 1[\s\S]*ok +integrity[\s\S]*ok +durable[\s\S]*Nothing is wrong/,
    )
    expect(await doctor('--db', db)).toMatchObject({
      code: 0,
      ok: true,
      findings: [{ about: 'store', ok: true }, {}, {}],
    })
  })

  test('that is damaged is said to be, with what SQLite found', async () => {
    const db = asked().copy()
    const bytes = readFileSync(db)
    // The header's count of free pages.
    bytes.writeUInt32BE(5, 36)
    writeFileSync(db, bytes)
    const { code, ok, findings } = await doctor('--db', db)
    expect([code, ok]).toEqual([1, false])
    expect(findings).toContainEqual({ about: 'integrity', ok: false, says: expect.stringMatching(/freelist/i) })
  })
})

describe('the cluster', () => {
  const args = (kubeconfig: string) => [
    ...['--db', asked().copy(), '--kubeconfig', kubeconfig, '--read-context', 'reader', '--act-context', 'actor'],
    ...['--namespaces', 'shop,web', '--actions', 'kubernetes.set-resources'],
  ]

  test('is asked as each account for every permission in every namespace', async () => {
    const api = await apiServer(() => true)
    const { code, findings } = await doctor(...args(api.kubeconfig))
    expect(code).toBe(0)
    expect(findings).toContainEqual({
      about: 'cluster, read',
      ok: true,
      says: expect.stringMatching(/v1\.34\.2; we are reader/),
    })
    expect(findings).toContainEqual({ about: 'cluster, act', ok: true, says: expect.stringContaining('in shop, web') })
    const { read, act } = leastPermissions(['kubernetes.set-resources'])
    expect(api.asked.filter(({ token }) => token === 'reader')).toHaveLength(2 * read.length)
    expect(api.asked.filter(({ token }) => token === 'actor')).toHaveLength(2 * act.length)
  })

  test('names each permission that is missing, and where', async () => {
    const api = await apiServer(
      ({ resource, verb, namespace, token }) =>
        !(namespace === 'web' && (resource === 'limitranges' || (token === 'actor' && verb === 'patch'))),
    )
    const { code, findings } = await doctor(...args(api.kubeconfig))
    const missing = findings.filter(({ ok }) => !ok)
    expect([code, missing.map(({ about, says }) => `${about} ${says.split(':')[0]}`)]).toEqual([
      1,
      [
        'cluster, read may not list LimitRange in web',
        'cluster, act may not patch Deployment in web',
        'cluster, act may not patch StatefulSet in web',
        'cluster, act may not patch DaemonSet in web',
      ],
    ])
  })

  test('that cannot be reached, or whose context is not there, is said to be so', async () => {
    const api = await apiServer(() => true)
    const { code, findings } = await doctor(
      '--db',
      asked().copy(),
      '--kubeconfig',
      api.kubeconfig,
      '--read-context',
      'nobody',
    )
    expect([code, findings.at(-1)]).toEqual([1, expect.objectContaining({ ok: false, about: 'cluster, read' })])
    expect(findings.at(-1)?.says).toContain('has no context "nobody"')
  })
})

describe('the Alertmanager', () => {
  const alert = (labels: object) => ({ labels, startsAt: '2026-01-01T00:00:00Z', status: { state: 'active' } })
  const alerts = [
    alert({ alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'checkout-1' }),
    alert({ alertname: 'QueueDeep\u001b[2J\u202e', queue: 'orders', team: 'web' }),
    alert({ alertname: 'QueueDeep\u001b[2J\u202e', queue: 'mails', team: 'web' }),
    alert({ alertname: 'Watchdog' }),
  ]
  const alertmanager = (list: readonly unknown[], tokens: string[] = []) =>
    server(({ url, headers }) => {
      tokens.push(String(headers.authorization))
      if (url?.startsWith('/api/v2/status'))
        return { uptime: '2026-01-01T00:00:00Z', versionInfo: { version: '0.29.0' } }
      return url?.startsWith('/api/v2/alerts') ? list : undefined
    })

  test('says its version, which share of its alerts names an object, and what the others carry', async () => {
    const url = await alertmanager(alerts)
    const { code, findings, alerts: coverage } = await doctor('--db', asked().copy(), '--alertmanager', url)
    expect(code).toBe(0)
    expect(findings).toContainEqual({ about: 'Alertmanager', ok: true, says: 'answers, version 0.29.0' })
    expect(coverage).toMatchObject({ alerts: 4, mapped: 1, unmapped: [{ alerts: 2, labels: ['queue', 'team'] }, {}] })
    const { out } = await mendkit('doctor', '--db', asked().copy(), '--alertmanager', url)
    expect(out).toContain('1 of 4 alerts (25 %) name their object')
    expect(out).toContain('the labels queue, team')
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  test('is asked with the token of the environment', async () => {
    const tokens: string[] = []
    const url = await alertmanager([], tokens)
    const env = { MENDKIT_ALERTMANAGER_TOKEN: 's3cret-token', MENDKIT_DB: asked().copy() }
    const { code, out } = await mendkitIn({ env }, 'doctor', '--alertmanager', url)
    expect([code, new Set(tokens)]).toEqual([0, new Set(['Bearer s3cret-token'])])
    expect(out).not.toContain('s3cret-token')
  })

  test('is wrong when no alert names an object, when it is away, and when its address is none', async () => {
    const db = asked().copy()
    const url = await alertmanager([alert({ alertname: 'Watchdog' })])
    expect(await doctor('--db', db, '--alertmanager', url)).toMatchObject({ code: 1, ok: false })
    for (const [address, says] of [
      ['http://127.0.0.1:1', /did not answer/],
      ['am:9093', /url/],
    ] as const) {
      const { code, findings } = await doctor('--db', db, '--alertmanager', address)
      expect([code, findings.at(-1)?.says]).toEqual([1, expect.stringMatching(says)])
    }
  })
})
