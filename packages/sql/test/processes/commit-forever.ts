import { systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { aChange, aDraft, counts } from '../rows.ts'

// Commits until it is killed, several changes at a time, and prints the `seq` of every entry that was acknowledged.
const [file = ''] = process.argv.slice(2)
const ctx = callContext()
const store = sqlStore(file)
await store.open({ clock: systemClock }, ctx)
for (let mark = 0; ; mark += 4) {
  await Promise.all(
    [mark, mark + 1, mark + 2, mark + 3].map(async (each) => {
      const result = await store.commit(
        aChange({ put: [counts('entries', { add: 2 })], audit: [aDraft(each), aDraft(each)] }),
        ctx,
      )
      if (result.kind === 'committed') console.log(result.seqs.join(' '))
    }),
  )
}
