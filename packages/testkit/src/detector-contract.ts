import assert from 'node:assert/strict'
import type { AlertBatch, AlertInput, CallContext, Detector } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'

/** What the contract needs of a detector. Polls must be short, at most some 20 ms apart. */
export interface DetectorSubject {
  /** One whose source reports at least one alert, always the same ones. */
  readonly firing: Detector
  /** One whose source never answers while it is asked. */
  readonly hanging?: Detector
  /** One whose source cannot be reached. */
  readonly unreachable?: Detector
  /** One whose source refuses its credentials, which hold `secret`. */
  readonly rejected?: Detector
  readonly secret?: string
}

/** What every detector promises. */
export const detectorContract: Contract<DetectorSubject> = [
  {
    says: 'has spec 1 and an id',
    async check(make) {
      const { firing } = await make()
      assert.equal(firing.spec, 1)
      assert.notEqual(firing.id, '')
    },
  },
  {
    says: 'reports batches with a source, an ISO time and alerts that can be taken',
    async check(make) {
      const batch = await firstBatch((await make()).firing)
      assert.notEqual(batch.source, '')
      assert.match(batch.asOf, isoTime)
      assert.equal(typeof batch.complete, 'boolean')
      assert.ok(batch.alerts.length > 0, 'the subject must have alerts that fire')
      batch.alerts.forEach(assertAlert)
    },
  },
  {
    says: 'reports the same alerts under the same labels every time it asks',
    async check(make) {
      const { firing } = await make()
      const batches = await take(firing, 2)
      const [first, second] = batches.map((batch) => batch.alerts.map(labelText).toSorted())
      assert.deepEqual(first, second)
      assert.equal(batches[0]?.source, batches[1]?.source)
    },
  },
  {
    says: 'gives every caller a stream of its own',
    async check(make) {
      const { firing } = await make()
      const [one, other] = await Promise.all([firstBatch(firing), firstBatch(firing)])
      assert.equal(one.alerts.length, other.alerts.length)
    },
  },
  {
    says: 'ends without throwing when the caller aborts between batches',
    async check(make) {
      const stop = new AbortController()
      let batches = 0
      for await (const _ of (await make()).firing.alerts(callContext({ signal: stop.signal }))) {
        batches += 1
        stop.abort(new Error('enough'))
      }
      assert.equal(batches, 1)
    },
  },
  {
    says: 'ends without throwing or asking when the caller aborted before it began',
    async check(make) {
      const signal = AbortSignal.abort(new Error('too late'))
      const batches = await Array.fromAsync((await make()).firing.alerts(callContext({ signal })))
      assert.equal(batches.length, 0)
    },
  },
  {
    says: 'ends without throwing when the caller aborts while the source is asked',
    async check(make) {
      const hanging = needed((await make()).hanging, 'hanging')
      const stop = new AbortController()
      const all = Array.fromAsync(hanging.alerts(callContext({ signal: stop.signal })))
      setImmediate(() => stop.abort(new Error('enough')))
      assert.equal((await all).length, 0)
    },
  },
  {
    says: 'throws unavailable when the source cannot be reached',
    async check(make) {
      await rejectsWith(firstBatch(needed((await make()).unreachable, 'unreachable')), 'unavailable')
    },
  },
  {
    says: 'throws rejected for refused credentials and never shows them',
    async check(make) {
      const { rejected, secret } = await make()
      const error = await rejectsWith(firstBatch(needed(rejected, 'rejected')), 'rejected')
      leaksNot(error, needed(secret, 'secret'))
    },
  },
]

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function assertAlert(alert: AlertInput): void {
  assert.ok((alert.labels['alertname'] ?? '') !== '', 'an alert has no alertname')
  assert.ok(Object.values(alert.labels).every((value) => typeof value === 'string'))
  for (const time of [alert.startsAt, alert.endsAt]) if (time !== undefined) assert.match(time, isoTime)
  if (alert.status !== 'resolved') assert.equal(alert.endsAt, undefined, 'only a resolved alert has an end')
}

function labelText(alert: AlertInput): string {
  return JSON.stringify(Object.entries(alert.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function take(detector: Detector, count: number, ctx: CallContext = callContext()): Promise<AlertBatch[]> {
  const batches: AlertBatch[] = []
  for await (const batch of detector.alerts(ctx)) if (batches.push(batch) === count) break
  return batches
}

async function firstBatch(detector: Detector): Promise<AlertBatch> {
  const [batch] = await take(detector, 1)
  assert.ok(batch !== undefined, 'the detector ended by itself')
  return batch
}
