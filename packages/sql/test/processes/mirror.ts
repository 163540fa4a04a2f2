import { createMendkit, fileMirror, type MirrorSink, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'

// A host that writes entries for ever and takes its log to a file. Each batch that is in the file is printed, and the batch of
// the number given stays where it is: sent, and never stored as sent.
const [file = '', out = '', stuckAt = ''] = process.argv.slice(2)
const inner = fileMirror(out, { id: 'file' })
let batches = 0
const sink: MirrorSink = {
  ...inner,
  maxEntries: 5,
  async write(batch, ctx) {
    await inner.write(batch, ctx)
    batches += 1
    console.log(batch.entries.map(({ seq }) => seq).join(' '))
    if (batches === Number(stuckAt)) await new Promise(() => undefined)
  },
}
const mendkit = createMendkit({
  store: sqlStore(file),
  settings: { engine: { sweepMs: 10, portTimeoutMs: 400 } },
  system: { mirrors: [sink], log: silentLogger },
})
void mendkit.run()
for (;;) await mendkit.pause()
