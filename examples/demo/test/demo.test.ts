import { basename, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { canHaveTerminal, runDemo } from './run-demo.ts'

const escapeCode = String.fromCharCode(27)

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
  audit: z.strictObject({ entries: z.number().int(), verified: z.boolean() }),
})

describe('pnpm demo --json', () => {
  test('ends with one object: the storm is one incident, fixed and verified', async () => {
    const { code, stdout, stderr, leftovers } = await runDemo({ args: ['--json'] })
    const { incidents, noise, audit } = reportSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''))
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
    expect(leftovers).toEqual([])
  })
})

describe('pnpm demo --json --keep', () => {
  test('says on standard error where it kept what, and still ends with one object', async () => {
    const { code, stdout, stderr, leftovers } = await runDemo({ args: ['--json', '--keep'] })
    expect(code).toBe(0)
    reportSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''))
    const folder = /^Kept in (.+): mendkit\.db, incident\.md .*\n$/.exec(stderr)?.[1] ?? 'no folder was named'
    expect(leftovers).toContain(join(basename(folder), 'mendkit.db'))
  })
})

describe('pnpm demo without a terminal', () => {
  test('says how to approve, changes nothing and ends', async () => {
    const { code, stdout, leftovers } = await runDemo({})
    expect(code).toBe(0)
    expect(stdout).toContain('npx --yes pnpm@12.21.0 demo --yes')
    // It printed no number of an entry, so it must not speak of any.
    expect(stdout).not.toContain('#')
    expect(stdout).toContain('0 effects on the cluster')
    expect(stdout).not.toContain(escapeCode)
    expect(leftovers).toEqual([])
  })

  test('with --yes tells the whole story without escape codes, and keeps what it is asked to keep', async () => {
    const { code, stdout, leftovers } = await runDemo({ args: ['--yes', '--keep'] })
    expect(code).toBe(0)
    const chapters = ['One incident', 'The evidence', 'The diagnosis', 'The plan', 'The fix', 'The record']
    expect(chapters.filter((chapter) => !stdout.includes(`── ${chapter} `))).toEqual([])
    expect(stdout).toContain('recovered')
    expect(stdout).toContain('1 effect on the cluster')
    expect(stdout).not.toContain(escapeCode)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout).not.toContain('…')
    expect(leftovers.filter((name) => /mendkit\.db$|incident\.md$|engine\.log$/.test(name))).toHaveLength(3)
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

const hasTerminal = canHaveTerminal()
if (!hasTerminal) console.log('skipped: the demo on a terminal, because there is no `script` of util-linux here')

describe.runIf(hasTerminal)('pnpm demo on a terminal (needs the program script)', () => {
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

  test.each([80, 120])('Enter approves, and nothing is cut off at %i columns', async (columns) => {
    let answered = false
    const { code, stdout, leftovers } = await runDemo({
      terminal: true,
      columns,
      env: { NO_COLOR: '1' },
      onOutput: (soFar, { type }) => {
        if (!answered && soFar.includes('n rejects')) type('\n')
        answered ||= soFar.includes('n rejects')
      },
    })
    expect(code).toBe(0)
    expect(stdout).toContain('1 effect on the cluster')
    expect(stdout).toContain('recovered on shop/checkout:1.9.3')
    expect(stdout).not.toContain('…')
    const widest = Math.max(...stdout.split(/\r?\n/).map((line) => Array.from(stripVTControlCharacters(line)).length))
    expect(widest).toBe(Math.min(columns, 96))
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
