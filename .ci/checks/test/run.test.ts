import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository, run } from '../../lib/command.ts'
import { fixture } from './fixture.ts'

/** Runs `.ci/run` where `npx` is this script; its third argument is pnpm's command. */
async function outcome(npx: string): Promise<{ code: number; lines: string[] }> {
  const root = fixture({ 'bin/npx': `#!/bin/sh\necho "called $3 $4"\n${npx}\n` })
  chmodSync(join(root, 'bin/npx'), 0o755)
  mkdirSync(join(root, '.ci'))
  copyFileSync(join(repository, '.ci/run'), join(root, '.ci/run'))
  const PATH = `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`
  const { code, output } = await run('bash', [join(root, '.ci/run')], { cwd: '/', env: { PATH } })
  return { code, lines: output.trimEnd().split('\n') }
}

const called = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('called')).map((line) => line.trim())

describe('.ci/run', () => {
  test('runs every stage in order and ends with the counts of the tests', async () => {
    const { code, lines } = await outcome('[ "$3" != test ] || echo "12 passed, 0 failed"')
    expect(called(lines)).toEqual([
      'called install --frozen-lockfile',
      'called testbed build',
      'called check',
      'called check:consumer --built',
      'called bench --smoke',
      'called test',
    ])
    expect(lines.at(-1)).toBe('12 passed, 0 failed')
    expect(code).toBe(0)
  })

  test('asks for the servers when it runs the tests, and for nothing from a person', async () => {
    const { lines } = await outcome(
      '[ "$3" != test ] || echo "$MENDKIT_REQUIRE_SERVERS $CI"; [ ! -t 0 ] || echo terminal',
    )
    expect(lines).toContain('1 true')
    expect(lines).not.toContain('terminal')
  })

  test('fails when tests fail', async () => {
    const { code, lines } = await outcome('[ "$3" != test ] || { echo "11 passed, 1 failed"; exit 1; }')
    expect(lines.at(-1)).toBe('11 passed, 1 failed')
    expect(code).toBe(1)
  })

  test('names the tests that failed at its end', async () => {
    const tests =
      'echo "failed: a.test.ts: waits: expected 1"; for n in $(seq 9); do echo $n; done; echo "1 passed, 1 failed"'
    const { lines } = await outcome(`[ "$3" != test ] || { ${tests}; exit 1; }`)
    expect(lines.slice(-3)).toEqual([
      'failed stages: test',
      'failed: a.test.ts: waits: expected 1',
      '1 passed, 1 failed',
    ])
  })

  test.each(['testbed', 'check', 'check:consumer', 'bench'])(
    'fails when %s fails, and still runs the tests',
    async (stage) => {
      const { code, lines } = await outcome(
        `[ "$3" != ${stage} ] || exit 1; [ "$3" != test ] || echo "12 passed, 0 failed"`,
      )
      expect(lines.at(-1)).toBe('12 passed, 0 failed')
      expect(code).toBe(1)
    },
  )

  test('ends at once when nothing can be installed', async () => {
    const { code, lines } = await outcome('exit 1')
    expect(called(lines)).toEqual(['called install --frozen-lockfile'])
    expect(lines.at(-1)).toBe('0 passed, 1 failed')
    expect(code).toBe(1)
  })

  test('does not take silence for success', async () => {
    const { code, lines } = await outcome('[ "$3" != test ] || exit 3')
    expect(lines.at(-1)).toBe('0 passed, 1 failed')
    expect(code).toBe(1)
  })
})
