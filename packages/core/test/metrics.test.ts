import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createMetrics } from '../src/engine/metrics/metrics.ts'
import { metricTable } from '../src/engine/metrics/names.ts'

const promtool = spawnSync('promtool', ['--version']).error === undefined
if (!promtool) console.log('skipped: promtool is not installed, so the text format is checked by our own eyes alone')

function linesOf(text: string, name: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(name))
}

test('every metric has its help and type, and a counter without labels begins at 0', () => {
  const text = createMetrics().text()
  for (const [name, { type }] of Object.entries(metricTable)) {
    expect(text).toContain(`# HELP ${name} `)
    expect(text).toContain(`# TYPE ${name} ${type}\n`)
  }
  expect(linesOf(text, 'mendkit_step_failures_total')).toEqual(['mendkit_step_failures_total 0'])
  expect(linesOf(text, 'mendkit_notices_sent_total')).toEqual([])
})

test('counters add up by labels, gauges keep the last value', () => {
  const metrics = createMetrics()
  metrics.count('mendkit_notices_sent_total', { urgency: 'page', notifier: 'pager' })
  metrics.count('mendkit_notices_sent_total', { notifier: 'pager', urgency: 'page' }, 2)
  metrics.count('mendkit_notices_sent_total', { notifier: 'slack', urgency: 'info' })
  metrics.gauge('mendkit_feed_readers', 3)
  metrics.gauge('mendkit_feed_readers', 1)
  expect(linesOf(metrics.text(), 'mendkit_notices_sent_total')).toEqual([
    'mendkit_notices_sent_total{notifier="pager",urgency="page"} 3',
    'mendkit_notices_sent_total{notifier="slack",urgency="info"} 1',
  ])
  expect(linesOf(metrics.text(), 'mendkit_feed_readers')).toEqual(['mendkit_feed_readers 1'])
})

test('a histogram shows milliseconds as seconds, in buckets that include those below', () => {
  const metrics = createMetrics()
  for (const ms of [100, 2_000, 2_500, 99_999_999]) {
    metrics.observe('mendkit_notice_delivery_seconds', ms, { urgency: 'page' })
  }
  const lines = linesOf(metrics.text(), 'mendkit_notice_delivery_seconds')
  expect(lines).toContain('mendkit_notice_delivery_seconds_bucket{urgency="page",le="0.1"} 1')
  expect(lines).toContain('mendkit_notice_delivery_seconds_bucket{urgency="page",le="1"} 1')
  expect(lines).toContain('mendkit_notice_delivery_seconds_bucket{urgency="page",le="2.5"} 3')
  expect(lines).toContain('mendkit_notice_delivery_seconds_bucket{urgency="page",le="7200"} 3')
  expect(lines).toContain('mendkit_notice_delivery_seconds_bucket{urgency="page",le="+Inf"} 4')
  expect(lines).toContain('mendkit_notice_delivery_seconds_count{urgency="page"} 4')
  expect(lines.find((line) => line.includes('_sum'))).toBe(
    'mendkit_notice_delivery_seconds_sum{urgency="page"} 100004.599',
  )
})

test('label values are escaped', () => {
  const metrics = createMetrics()
  metrics.count('mendkit_detector_failures_total', { detector: 'a "quoted"\\path\nnew line' })
  expect(metrics.text()).toContain('{detector="a \\"quoted\\"\\\\path\\nnew line"} 1\n')
})

test('the 201st label set of a metric counts as other, the known ones stay apart, and the overflow is told', () => {
  const metrics = createMetrics()
  for (let index = 0; index < 250; index += 1)
    metrics.count('mendkit_evidence_failures_total', { tool: `tool-${index}` })
  metrics.count('mendkit_evidence_failures_total', { tool: 'tool-7' })
  const text = metrics.text()
  expect(linesOf(text, 'mendkit_evidence_failures_total')).toHaveLength(201)
  expect(text).toContain('mendkit_evidence_failures_total{tool="tool-7"} 2\n')
  expect(text).toContain('mendkit_evidence_failures_total{tool="other"} 50\n')
  expect(text).toContain('mendkit_metric_overflows_total{metric="mendkit_evidence_failures_total"} 50\n')
})

test.runIf(promtool)('promtool of Prometheus accepts the text, names and help (needs promtool)', () => {
  const metrics = createMetrics()
  metrics.count('mendkit_detector_failures_total', { detector: 'a "quoted"\\path\nnew line' })
  metrics.observe('mendkit_step_seconds', 12)
  metrics.gauge('mendkit_feed_readers', 2)
  const result = spawnSync('promtool', ['check', 'metrics'], { input: metrics.text(), encoding: 'utf8' })
  expect(result.stdout + result.stderr).toBe('')
  expect(result.status).toBe(0)
})

test('every metric is used somewhere, with the labels of its line', () => {
  const folder = new URL('../src', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const code = files.map((file) => readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8')).join('\n')
  for (const name of Object.keys(metricTable)) expect(code.split(`'${name}'`).length, name).toBeGreaterThan(1)
})
