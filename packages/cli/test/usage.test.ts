import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { type CommandIo, runCommand } from 'mendkit'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/run/commands.ts'
import { launcher, mendkitProcess } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

/** Runs the command in this process, on a database that is not there. */
async function run(...argv: readonly string[]) {
  const [out, error]: [string[], string[]] = [[], []]
  const db = join(temporaryFolder(), 'none.db')
  const io: CommandIo = {
    out: (text) => void out.push(text),
    written: async () => undefined,
    error: (text) => void error.push(text),
    env: { MENDKIT_DB: db },
    columns: 80,
    colours: false,
    now: () => 0,
    signal: new AbortController().signal,
  }
  const code = await runCommand(argv, io)
  expect(existsSync(db)).toBe(false)
  return { code, out: out.join(''), error: error.join('') }
}

describe('a wrong command line', () => {
  test.each<[says: RegExp, ...argv: string[]]>([
    [/say which command/],
    [/no command "incident"/, 'incident', 'list'],
    [/takes one of list, show, timeline, take-over/, 'incidents'],
    [/takes one of list, show, timeline, take-over/, 'incidents', 'remove'],
    [/the command comes first/, '--db', 'x', 'status'],
    [/Unknown option '--nope'/, 'status', '--nope'],
    [/argument missing/, 'status', '--db'],
    [/--db needs a value.*write --db=<value>/, 'status', '--db', '--tenant', 'shop'],
    [/--for needs a value.*write --for=<value>/, 'incidents', 'snooze', 'inc_1', '--as', 'alice', '--for', '-1m'],
    [/--for: "-1m" is no length of time/, 'incidents', 'snooze', 'inc_1', '--as', 'alice', '--for=-1m'],
    [/--for: 8d is longer than a week/, 'incidents', 'snooze', 'inc_1', '--as', 'alice', '--for', '8d'],
    [/takes nothing beside its options, and got 1 word$/m, 'status', 'extra'],
    [/takes <incident> beside its options, and got 0 words/, 'incidents', 'show'],
    [/<incident> is empty/, 'incidents', 'show', ''],
    [/<text> is empty/, 'incidents', 'note', 'inc_1', '', '--as', 'alice'],
    [/<text> is empty/, 'incidents', 'note', 'inc_1', ' ', '--as', 'alice'],
    [/--db is empty/, 'status', '--db='],
    [/--actions holds an empty name/, 'rbac', '--actions', '', '--namespaces', 'shop'],
    [/--namespaces holds an empty name/, 'rbac', '--namespaces', 'shop,'],
    [/oracle: databases are not supported/, 'status', '--db', 'oracle://db/mendkit'],
    [/file: address must be whole/, 'status', '--db', 'file:mendkit.db'],
    [/--phase: there is no opened; there are open, diagnosing/, 'incidents', 'list', '--phase', 'opened'],
    [/--limit must be a whole number from 1 to 1000/, 'incidents', 'list', '--limit', '0'],
    [/--limit must be a whole number from 1 to 1000/, 'executions', 'list', '--limit', '1001'],
    [/--limit must be a whole number from 1 to 1000/, 'approvals', 'list', '--limit', '1e3'],
    [/--since is needed/, 'report'],
    [/--since is a number of days, hours or minutes such as 30d/, 'report', '--since', 'yesterday'],
    [/--until is a number of days/, 'report', '--since', '1d', '--until', '5'],
    [/--since is a number of days.*not 2026-02-30/, 'report', '--since', '2026-02-30'],
    [/--since lies ahead/, 'report', '--since', '2999-01-01'],
    [/--until is not after --since/, 'report', '--since', '1d', '--until', '2d'],
    [/--as is needed/, 'pause'],
    [/--as is needed/, 'incidents', 'take-over', 'inc_1'],
    [/--for is needed/, 'incidents', 'snooze', 'inc_1', '--as', 'alice'],
    [/--until: 1960-01-01 is past/, 'incidents', 'snooze', 'inc_1', '--as', 'alice', '--until', '1960-01-01'],
    [/--until: 2999-01-01 is longer than a week/, 'incidents', 'snooze', 'inc_1', '--as', 'a', '--until', '2999-01-01'],
    [/--until is a moment in ISO 8601.*not 30m/, 'incidents', 'snooze', 'inc_1', '--as', 'alice', '--until', '30m'],
    [/--for: "soon" is no length of time; write 45s/, 'incidents', 'snooze', 'inc_1', '--as', 'alice', '--for', 'soon'],
    [
      /--for or --until, not both/,
      'incidents',
      'snooze',
      'inc_1',
      '--as',
      'a',
      '--for',
      '1m',
      '--until',
      '2026-01-01T00:00:00Z',
    ],
    [/--to is needed/, 'incidents', 'reassign', 'inc_1', '--as', 'alice'],
    [/--as is needed/, 'approvals', 'approve', 'apr_1', '--digest', 'd'],
    [/--digest is needed: `mendkit approvals show apr_1`/, 'approvals', 'approve', 'apr_1', '--as', 'alice'],
    [/--because is needed/, 'approvals', 'reject', 'apr_1', '--as', 'alice'],
    [/--because is needed/, 'approvals', 'reject', 'apr_1', '--as', 'alice', '--because', ' '],
    [/--outcome is needed/, 'executions', 'settle', 'exe_1', '--as', 'alice', '--because', 'x'],
    [/must be applied or not-applied, not maybe/, 'executions', 'settle', 'e', '--outcome', 'maybe', '--because', 'x'],
    [/--because is needed/, 'executions', 'settle', 'exe_1', '--outcome', 'applied', '--as', 'alice'],
    [/--namespaces is of no use without --kubeconfig or --read-context/, 'doctor', '--namespaces', 'shop'],
    [/--actions is of no use without/, 'doctor', '--actions', 'kubernetes.scale', '--alertmanager', 'http://am:9093'],
    [/--cluster is of no use without --alertmanager/, 'doctor', '--cluster', 'eu', '--read-context', 'reader'],
    [/--alertmanager holds a user or a password/, 'doctor', '--alertmanager', 'http://me:secret@am:9093'],
    [/names no file/, 'status', '--db', 'sqlite:'],
    [/names no file/, 'status', '--db', 'sqlite::memory:'],
    [/--namespaces is needed/, 'rbac'],
    [/there is no kubernetes\.reboot; there are kubernetes\.rollout-undo/, 'rbac', '--actions', 'kubernetes.reboot'],
    [/"Shop" cannot be a name/, 'rbac', '--namespaces', 'Shop'],
    [/"a\/b" cannot be a name/, 'rbac', '--namespaces', 'shop', '--act-name', 'a/b'],
  ])('%s', async (says: RegExp, ...argv: string[]) => {
    const { code, out, error } = await run(...argv)
    expect([code, out]).toEqual([2, ''])
    expect(error).toMatch(says)
    expect(error).toContain('--help`')
    const json = await run(...argv, '--json')
    if (argv.length > 0 && argv.at(-1) !== '--db') {
      expect([json.code, json.out]).toEqual([2, ''])
      expect(JSON.parse(json.error)).toMatchObject({ error: { code: 'usage', message: expect.any(String) } })
    }
  })

  test('ends the process with 2, with words or JSON on standard error alone', async () => {
    expect(await mendkitProcess('incident')).toMatchObject({
      code: 2,
      out: '',
      error: expect.stringContaining('no command'),
    })
    const { code, out, error } = await mendkitProcess('pause', '--json')
    expect([code, out, JSON.parse(error).error.code]).toEqual([2, '', 'usage'])
  })
})

// A disk on which nothing fits, which not every system has.
test.skipIf(!existsSync('/dev/full'))('an answer that cannot be written whole has failed (needs /dev/full)', () => {
  const full = openSync('/dev/full', 'w')
  const run = spawnSync(process.execPath, ['--conditions=mendkit-source', launcher, '--help'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  })
  closeSync(full)
  expect([run.status, run.stderr]).toEqual([1, expect.stringMatching(/not all of the answer could be written.*ENOSPC/)])
})

describe('the help', () => {
  test('names every command, and those of a group', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    for (const { name } of commands) expect(out).toContain(`  ${name} `)
    const group = await run('approvals', '--help')
    expect([group.code, group.out.includes('approvals approve'), group.out.includes('rbac')]).toEqual([0, true, false])
  })

  test.each(commands.map((command) => [command.name, command] as const))(
    'of %s names its options, has examples that begin with it, and fits 80 columns',
    async (name, { options, examples }) => {
      const { code, out, error } = await run(...name.split(' '), '--help')
      expect([code, error]).toEqual([0, ''])
      for (const option of [...Object.keys(options), 'json', 'help']) expect(out).toContain(`--${option}`)
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) expect(example).toMatch(new RegExp(`^mendkit ${name}( |$)`))
      const [before = ''] = out.split('Examples:')
      expect(Math.max(...before.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    },
  )
})
