import { basename, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { canHaveTerminal, type Ended, type RunOptions, runDemo } from './run-demo.ts'

const escapeCode = String.fromCharCode(27)

const auditSchema = z.strictObject({ entries: z.number().int(), verified: z.boolean() })

const reportSchema = z.strictObject({
  incidents: z.array(
    z.strictObject({
      id: z.string().min(1),
      phase: z.string(),
      alerts: z.number().int(),
      rootCause: z.string().nullable(),
      actions: z.array(z.strictObject({ type: z.string(), target: z.string(), outcome: z.string() })),
      durationMs: z.number().int().positive(),
    }),
  ),
  noise: z.strictObject({ alerts: z.number().int(), incidents: z.number().int() }),
  audit: auditSchema,
  drift: z.strictObject({
    incident: z.string().min(1),
    phase: z.string(),
    approvals: z.array(z.strictObject({ id: z.string().min(1), state: z.string(), because: z.string().nullable() })),
    changed: z.array(z.strictObject({ field: z.string(), was: z.string(), is: z.string() })),
    effects: z.number().int(),
    audit: auditSchema,
  }),
  rollback: z.strictObject({
    incident: z.string().min(1),
    phase: z.string(),
    reason: z.string().nullable(),
    verdict: z.string(),
    ready: z.strictObject({ before: z.number(), after: z.number(), undone: z.number() }),
    executions: z.array(z.strictObject({ id: z.string(), outcome: z.string(), undoes: z.string().nullable() })),
    image: z.strictObject({ before: z.string(), now: z.string() }),
    page: z.string(),
    effects: z.number().int(),
    audit: auditSchema,
  }),
})

/** What the simulated API server wrote of each request. */
const requestSchema = z.object({
  user: z.string(),
  verb: z.string(),
  did: z.enum(['effect', 'fence', 'event', 'nothing']),
  dryRun: z.boolean(),
  status: z.number(),
  target: z.object({ kind: z.string(), name: z.string() }),
  changed: z.array(z.string()),
  executionId: z.string().optional(),
})

const deploymentsSchema = z.array(
  z.object({
    spec: z.object({
      template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }),
    }),
  }),
)

/** The requests to the cluster of a scene that changed it, as its API server has them. */
function effectsIn(lines: string) {
  const requests = lines
    .trimEnd()
    .split('\n')
    .map((line) => requestSchema.parse(JSON.parse(line)))
  return { requests, effects: requests.filter(({ did }) => did === 'effect') }
}

function imagesIn(deployments: string): readonly string[] {
  return deploymentsSchema
    .parse(JSON.parse(deployments))
    .flatMap(({ spec }) => spec.template.spec.containers.map(({ image }) => image))
}

describe('pnpm demo --json', () => {
  test('ends with one object: the storm is one incident, fixed and verified', async () => {
    const { code, stdout, stderr, leftovers } = await runDemo({ args: ['--json'] })
    const { incidents, noise, audit, drift, rollback } = reportSchema.parse(
      JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''),
    )
    const [storm, ...others] = incidents

    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(storm).toMatchObject({
      phase: 'resolved',
      rootCause: 'bad-rollout: Deployment shop/checkout',
      actions: [{ type: 'kubernetes.rollout-undo', target: 'Deployment shop/checkout', outcome: 'succeeded' }],
    })
    expect(storm?.alerts).toBeGreaterThan(100)
    expect(others.map(({ phase, alerts, actions }) => ({ phase, alerts, actions }))).toEqual([
      { phase: 'handed-over', alerts: 1, actions: [] },
    ])
    // The watchdog is told, and belongs to no incident.
    expect(noise.alerts).toBe(incidents.reduce((sum, { alerts }) => sum + alerts, 0) + 1)
    expect(noise.incidents).toBe(incidents.length)
    expect(audit.verified).toBe(true)
    expect(audit.entries).toBeGreaterThan(20)
    expect([drift.audit.verified, rollback.audit.verified]).toEqual([true, true])
    expect(leftovers).toEqual([])
  })
})

describe('pnpm demo --json --keep', () => {
  let ended: Ended
  let report: z.output<typeof reportSchema>
  beforeAll(async () => {
    ended = await runDemo({ args: ['--json', '--keep'] })
    report = reportSchema.parse(JSON.parse(ended.stdout.trimEnd().split('\n').at(-1) ?? ''))
  }, 120_000)
  const kept = (name: string) => {
    const folder = /^Kept in (.+): mendkit\.db, incident\.md .*\n$/.exec(ended.stderr)?.[1] ?? 'no folder was named'
    return ended.files.get(join(basename(folder), name)) ?? `there is no ${name}`
  }

  test('says on standard error where it kept what, and still ends with one object', () => {
    expect(ended.code).toBe(0)
    expect(kept('mendkit.db')).toMatch(/^SQLite format 3/)
    expect(effectsIn(kept('api-server.jsonl')).effects).toHaveLength(1)
    expect(imagesIn(kept('deployments.json'))).toEqual(['shop/checkout:1.9.3'])
  })

  test('a yes to what is no longer so changes nothing, says which field changed, and is asked anew', () => {
    const { requests, effects } = effectsIn(kept('drift/api-server.jsonl'))
    // It did look at the cluster, and tried the change out: but nothing that it sent was stored.
    expect(
      requests.filter(({ user, dryRun, status }) => user === 'mendkit-act' && dryRun && status === 200),
    ).not.toEqual([])
    expect(effects).toEqual([])
    expect(imagesIn(kept('drift/deployments.json'))).toEqual(['shop/prices:4.2.1'])
    expect(report.drift).toMatchObject({
      effects: 0,
      phase: 'handed-over',
      approvals: [
        { state: 'void', because: 'target-changed' },
        { state: 'rejected', because: null },
      ],
    })
    expect(report.drift.changed).toContainEqual({
      field: 'spec.template.spec.containers[app].image',
      was: '"shop/prices:4.2.0"',
      is: '"shop/prices:4.2.1"',
    })
  })

  test('a fix that makes it worse is undone to what was there before, and people are called', () => {
    const { effects } = effectsIn(kept('rollback/api-server.jsonl'))
    const [fix, undo] = report.rollback.executions
    expect(effects).toMatchObject([{ executionId: fix?.id }, { executionId: undo?.id }])
    for (const { user, verb, target, changed } of effects) {
      expect({ user, verb, target }).toMatchObject({ user: 'mendkit-act', verb: 'patch', target: { name: 'orders' } })
      expect(changed).toContain('/spec/template/spec/containers')
    }
    expect(imagesIn(kept('rollback/deployments.json'))).toEqual(['shop/orders:7.1.0'])
    expect(report.rollback).toMatchObject({
      effects: 2,
      phase: 'escalated',
      reason: 'undone',
      verdict: 'worse',
      ready: { before: 4, after: 0, undone: 4 },
      executions: [
        { outcome: 'undone', undoes: null },
        { outcome: 'succeeded', undoes: fix?.id },
      ],
      image: { before: 'shop/orders:7.1.0', now: 'shop/orders:7.1.0' },
      page: expect.stringMatching(
        /the fix did not help and was undone[\s\S]*the measured health was worse than before it/,
      ),
    })
  })
})

describe('pnpm demo without a terminal', () => {
  test('says how to approve, changes nothing and ends', async () => {
    const { code, stdout, leftovers } = await runDemo({})
    expect(code).toBe(0)
    expect(stdout).toContain('npx --yes pnpm@12.21.0 demo --yes')
    // It printed no number of an entry, so it must not speak of any.
    expect(stdout.replaceAll(/\[redacted:[\w-]+#[0-9a-f]{6}\]/g, '')).not.toContain('#')
    expect(stdout).toContain('0 effects on the cluster')
    expect(stdout).not.toContain(escapeCode)
    expect(leftovers).toEqual([])
  })

  test('with --yes tells the whole story without escape codes, and keeps what it is asked to keep', async () => {
    const { code, stdout, leftovers } = await runDemo({ args: ['--yes', '--keep'] })
    expect(code).toBe(0)
    const chapters = [
      ...['One incident', 'The evidence', 'The diagnosis', 'The plan', 'The fix', 'The record'],
      ...['The world changes while a question waits', 'A fix that makes it worse', 'Your cluster'],
    ]
    expect(chapters.filter((chapter) => !stdout.includes(`── ${chapter} `))).toEqual([])
    expect(stdout).toContain('recovered')
    expect(stdout).toContain('1 effect on the cluster')
    expect(stdout).not.toContain(escapeCode)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout).not.toContain('…')
    expect(leftovers.filter((name) => /mendkit\.db$|incident\.md$|engine\.log$/.test(name))).toHaveLength(9)
  })

  test('shows no secret that a crashed container wrote', async () => {
    const { stdout } = await runDemo({ args: ['--yes'] })
    expect(stdout).toContain('postgres://[redacted')
    expect(stdout).not.toContain('correct-horse')
  })

  test('ends cleanly when it is interrupted', async () => {
    const { code, stderr, leftovers } = await runDemo({
      args: ['--yes'],
      onOutput: (soFar, { interrupt }) => {
        if (soFar.includes('Somebody rolls out')) interrupt()
      },
    })
    expect({ code, stderr: stderr.trim(), leftovers }).toEqual({ code: 130, stderr: 'Stopped.', leftovers: [] })
  })

  test('explains an option that it does not know', async () => {
    const { code, stderr } = await runDemo({ args: ['--jsn'] })
    expect(code).toBe(2)
    expect(stderr).toContain('--jsn')
    expect(stderr).toContain('npx --yes pnpm@12.21.0 demo --json')
  })
})

/** Types each text once, when what it answers is on the screen. */
function answering(
  ...answers: readonly (readonly [question: string, typed: string])[]
): NonNullable<RunOptions['onOutput']> {
  const given = new Set<string>()
  return (soFar, { type }) => {
    for (const [question, typed] of answers) {
      if (given.has(question) || !soFar.includes(question)) continue
      given.add(question)
      type(typed)
    }
  }
}

const hasTerminal = canHaveTerminal()
if (!hasTerminal) console.log('skipped: the demo on a terminal, because there is no `script` of util-linux here')

describe.runIf(hasTerminal).concurrent('pnpm demo on a terminal (needs the program script)', () => {
  test('ignores what was typed before the question, and does nothing after a no', async () => {
    let ahead = false
    let answered = false
    const { code, stdout, leftovers } = await runDemo({
      terminal: true,
      env: { NO_COLOR: '1' },
      onOutput: (soFar, { type }) => {
        if (!ahead && soFar.includes('Somebody rolls out')) type('\n')
        ahead ||= soFar.includes('Somebody rolls out')
        if (!answered && soFar.includes('n rejects')) type('n\n')
        answered ||= soFar.includes('n rejects')
      },
    })
    expect(code).toBe(0)
    expect(stdout).toContain('Rejected')
    expect(stdout).toContain('0 effects on the cluster')
    // It draws over its own lines, and NO_COLOR keeps all else plain.
    expect(stdout).toContain(`${escapeCode}[?25h`)
    expect(stdout).not.toMatch(new RegExp(`${escapeCode}\\[\\d*(;\\d+)*m`))
    expect(leftovers).toEqual([])
  })

  test.each([
    [80, '\n'],
    [120, 'n\n'],
  ])('Enter approves, and nothing is cut off at %i columns', { timeout: 180_000 }, async (columns, goesOn) => {
    const { code, stdout, leftovers } = await runDemo({
      terminal: true,
      columns,
      env: { NO_COLOR: '1' },
      onOutput: answering(['n rejects', '\n'], ['n ends', goesOn]),
    })
    expect(code).toBe(0)
    expect(stdout).toContain('1 effect on the cluster')
    expect(stdout).toContain('recovered on shop/checkout:1.9.3')
    const played = ['0 effects on the cluster', '2 effects on the cluster, there and back']
    expect(played.map((text) => stdout.includes(text))).toEqual(played.map(() => goesOn === '\n'))
    expect(stdout).toContain('── Your cluster ')
    expect(stdout).not.toContain('…')
    const widest = Math.max(...stdout.split(/\r?\n/).map((line) => Array.from(stripVTControlCharacters(line)).length))
    expect(widest).toBe(Math.min(columns, 96))
    expect(leftovers).toEqual([])
  })

  test.each([
    ['Ctrl-D', String.fromCharCode(4), 0],
    ['Ctrl-C', String.fromCharCode(3), 130],
  ])('%s where it asks whether to go on ends it after the first incident', async (_key, typed, exit) => {
    const { code, stdout, leftovers } = await runDemo({
      terminal: true,
      env: { NO_COLOR: '1' },
      onOutput: answering(['n rejects', '\n'], ['n ends', typed]),
    })
    expect(code).toBe(exit)
    expect(stdout).toContain('recovered on shop/checkout:1.9.3')
    expect(stdout).not.toContain('The world changes')
    expect(stdout.includes('── Your cluster ')).toBe(exit === 0)
    expect(leftovers).toEqual([])
  })

  test('Ctrl-C at the question ends it as interrupted, with nothing changed and nothing left behind', async () => {
    let asked = false
    const { code, stdout, leftovers } = await runDemo({
      terminal: true,
      onOutput: (soFar, { type }) => {
        if (!asked && soFar.includes('n rejects')) type(String.fromCharCode(3))
        asked ||= soFar.includes('n rejects')
      },
    })
    expect(code).toBe(130)
    expect(stdout).toContain('Stopped.')
    expect(stdout).not.toContain('── The fix')
    expect(leftovers).toEqual([])
  })
})
