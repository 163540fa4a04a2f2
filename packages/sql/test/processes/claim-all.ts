import { systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { aChange, aDraft, counts } from '../rows.ts'

// Works until nothing is due any more: claims an incident, counts it once, lets go. Prints what it has finished.
const [file = '', owner = '', leaseMs = ''] = process.argv.slice(2)
const ctx = callContext()
const store = sqlStore(file)
await store.open({ clock: systemClock }, ctx)
console.log('ready')
for (;;) {
  const claims = await store.claim({ owner, limit: 2, leaseMs: Number(leaseMs) }, ctx)
  for (const claim of claims) {
    const { incidentId, epoch, inputs } = claim
    const result = await store.commit(
      aChange({
        expect: [{ kind: 'lease', incidentId, epoch }],
        put: [
          counts(`done-${incidentId}`),
          counts(`done-by-${owner}`),
          { kind: 'schedule', incidentId, inputs, release: true },
        ],
        audit: [aDraft(epoch)],
      }),
      ctx,
    )
    console.log(`${result.kind} ${incidentId}`)
  }
  if (claims.length === 0 && (await store.counter('acme', 'stop', ctx)) > 0) break
  if (claims.length === 0) await systemClock.sleep(5, ctx.signal)
}
await store.close()
