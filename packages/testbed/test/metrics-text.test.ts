import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createMendkit, type Detector, silentLogger } from '@mendkit/core'
import { expect, test } from 'vitest'
import { cacheFolder, waitUntil } from '../src/index.ts'

/** Prometheus' own judge of metrics: it lies beside the Prometheus of the testbed, or on the PATH. */
function findPromtool(): string | undefined {
  const folders = [join(cacheFolder(), 'debian', 'usr', 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'promtool')).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Absent, or not ours to run: either way it cannot be used.
    return false
  }
}

const promtool = findPromtool()
const isRequired = process.env['MENDKIT_REQUIRE_SERVERS'] === '1'
if (promtool === undefined && !isRequired)
  console.log('Skipping promtool on the text of our metrics; not built: promtool. Run: pnpm testbed build')

test.skipIf(promtool === undefined && !isRequired)(
  'promtool accepts the metrics of a Mendkit at work (needs promtool)',
  async () => {
    if (promtool === undefined) return expect.fail('promtool is not there: run pnpm testbed build')
    const detector: Detector = {
      spec: 1,
      id: 'a "quoted"\\path',
      alerts: () => {
        throw new Error('away')
      },
    }
    await using mendkit = createMendkit({
      integrations: [{ detectors: [detector] }],
      settings: { correlation: { settleMs: 0 } },
      system: { log: silentLogger },
    })
    const stop = new AbortController()
    const running = mendkit.run({ signal: stop.signal })
    await mendkit.ingest({
      source: 'am',
      complete: false,
      asOf: new Date().toISOString(),
      alerts: [{ labels: { alertname: 'Down' } }],
    })
    const text = await waitUntil('a step, a notice and a failure to be counted', () => {
      const now = mendkit.metrics()
      const names = ['mendkit_step_seconds_bucket{', 'mendkit_notices_sent_total{', 'mendkit_detector_failures_total{']
      return names.every((name) => now.includes(`\n${name}`)) && now
    })
    stop.abort()
    await running
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })
    expect([stdout + stderr, status]).toEqual(['', 0])
  },
)
