import { systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, testSigner } from '@mendkit/testkit'
import pg from 'pg'
import { draftsFrom, objectOf, tenant } from './drafts.ts'

// Appends groups of a hundred entries for some time: ours, signed and chained, or rows of JSON by one insert each. Arguments:
// which, database URL, number of this process, milliseconds. Begins at a line on standard input, and prints how many it appended.
const [which, url = '', number = '0', milliseconds = '0'] = process.argv.slice(2)
const group = 100
const first = Number(number) * 1e9
const ctx = callContext()
const log = which === 'ours' ? await ours() : await plain()
await log.append(first)
console.log('ready')
await new Promise((resolve) => process.stdin.once('data', resolve))
const began = performance.now()
let appended = 0
for (; performance.now() - began < Number(milliseconds); appended += group) await log.append(first + group + appended)
console.log(String(appended / ((performance.now() - began) / 1_000)))
await log.close()
process.stdin.destroy()

async function ours() {
  const store = sqlStore(url)
  await store.open({ clock: systemClock, signer: testSigner() }, ctx)
  return {
    append: (from: number) => store.commit({ tenant, expect: [], put: [], audit: draftsFrom(from, group) }, ctx),
    close: () => store.close(),
  }
}

async function plain() {
  const client = new pg.Client(url)
  await client.connect()
  const places = Array.from({ length: group }, (_, at) => `($${3 * at + 1}, $${3 * at + 2}, $${3 * at + 3})`)
  const text = `insert into entry (tenant, seq, bytes) values ${places.join()}`
  return {
    async append(from: number) {
      const values: unknown[] = []
      for (let mark = from; mark < from + group; mark += 1) {
        values.push(tenant, mark, Buffer.from(JSON.stringify(objectOf(mark))))
      }
      await client.query({ name: 'insert', text, values })
    },
    close: () => client.end(),
  }
}
