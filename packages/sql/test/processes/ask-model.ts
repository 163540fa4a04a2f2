import { sqlStore } from '@mendkit/sql'
import { askingHost } from '../asking-host.ts'

// A host that takes an alert in and asks a model that never answers. Prints when the model has been asked.
const [file = ''] = process.argv.slice(2)
const mendkit = askingHost(sqlStore(file), () => {
  console.log('asked')
  return new Promise(() => undefined)
})
const running = mendkit.run()
const asOf = new Date().toISOString()
await mendkit.ingest({ source: 'am', complete: false, asOf, alerts: [{ labels: { alertname: 'CheckoutBroken' } }] })
await running
