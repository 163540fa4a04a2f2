import { createMendkit, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'

// A host that moves what is over into history, ten rows a commit, and prints what each commit did once it was acknowledged.
const [file = ''] = process.argv.slice(2)
const mendkit = createMendkit({
  store: sqlStore(file),
  settings: { engine: { sweepMs: 10 }, retention: { everyMs: 1_000, batchRows: 10 } },
  system: { log: silentLogger },
})
mendkit
  .as({ id: 'test', roles: [], tenant: 'acme', via: 'test' })
  .on('retention-applied', ({ data }) => console.log(JSON.stringify(data)))
await mendkit.run()
