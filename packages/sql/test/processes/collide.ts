import { type Put, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { aChange, aDraft, anAlert, aSetting, counts, tenant } from '../rows.ts'

// Commits changes that touch the same rows as those of its fellows, in an order of its own. Each that is committed counts
// itself. Prints the `seq` of every entry that was acknowledged; whatever else a commit throws ends it.
const [source = '', rounds = ''] = process.argv.slice(2)
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

async function commit(expect: ReturnType<typeof absent> | readonly [], put: readonly Put[]): Promise<void> {
  const result = await store.commit(aChange({ expect, put, audit: [aDraft(put.length)] }), ctx)
  if (result.kind === 'committed') console.log(result.seqs.join(' '))
}

for (let round = 0; round < Number(rounds); round += 1) {
  const shared = `shared_${round % 3}`
  const revision = (await store.get('setting', tenant, shared, ctx))?.revision ?? 0
  const [left, right] = shuffled([`left_${round}`, `right_${round}`])
  await Promise.all([
    commit([], [setting(shared, revision), counts(`wins-${shared}`), counts('entries')]),
    commit(
      [],
      [
        { kind: 'alerts', rows: shuffled([`a_${round}`, `b_${round}`]).map(anAlert) },
        counts('alerts', { add: 2 }),
        counts('entries'),
      ],
    ),
    commit([], [...shuffled(['inc_1', 'inc_2', 'inc_3', 'inc_4']).map(raise), counts('raised'), counts('entries')]),
    commit(
      [],
      shuffled(['entries', 'one', 'two', 'three']).map((name) => counts(name)),
    ),
    // Each of two settings only where the other is not: never both.
    commit(absent(left ?? ''), [setting(right ?? '', 0), counts('alone'), counts('entries')]),
  ])
}
await store.close()
