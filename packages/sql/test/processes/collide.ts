import { type Change, type Put, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { aChange, aDraft, anAlert, aSetting, counts, tenant } from '../rows.ts'

// Commits changes that touch the same rows as those of its fellows, in an order of its own. Each that is committed counts
// itself. Prints the `seq` of every entry that was acknowledged; whatever else a commit throws ends it.
const [source = '', owner = '', rounds = ''] = process.argv.slice(2)
const ctx = callContext()
const store = sqlStore(source)
await store.open({ clock: systemClock }, ctx)
const shuffled = <Item>(items: readonly Item[]) =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
const raise = (incidentId: string): Put => ({ kind: 'raise', incidentId })
const setting = (id: string, revision: number): Put => ({
  kind: 'document',
  table: 'setting',
  row: aSetting(id, revision),
})
const absent = (id: string) => [{ kind: 'revision', table: 'setting', id, revision: 0 }] as const
console.log('ready')

async function commit(change: Partial<Change>): Promise<void> {
  const result = await store.commit(aChange({ ...change, audit: [aDraft(1)] }), ctx)
  if (result.kind === 'committed') console.log(result.seqs.join(' '))
}

for (let round = 0; round < Number(rounds); round += 1) {
  const shared = `shared_${round % 3}`
  const revision = (await store.get('setting', tenant, shared, ctx))?.revision ?? 0
  const [left = '', right = ''] = shuffled([`left_${round}`, `right_${round}`])
  const counted = counts(`entries-${owner}`)
  const changes = shuffled<Partial<Change>>([
    { put: [setting(shared, revision), counts(`wins-${shared}`), counted] },
    {
      put: [
        { kind: 'alerts', rows: shuffled([`a_${round}`, `b_${round}`]).map(anAlert) },
        counts(`alerts-${owner}`, { add: 2 }),
        counted,
      ],
    },
    { put: [...shuffled(['inc_1', 'inc_2', 'inc_3', 'inc_4']).map(raise), counted] },
    { put: [...shuffled(['one', 'two', 'three']).map((name) => counts(name)), counted] },
    // Each of two settings only where the other is not: never both.
    { expect: absent(left), put: [setting(right, 0), counted] },
  ])
  // In groups, and each by itself.
  if (round % 2 === 0) await Promise.all(changes.map(commit))
  else for (const change of changes) await commit(change)
}
await store.close()
