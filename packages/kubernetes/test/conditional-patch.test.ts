import { describe, expect, test } from 'vitest'
import { FENCE_ANNOTATION, MARK_ANNOTATION } from '../src/annotations.ts'
import { kubernetes } from '../src/index.ts'
import { catalogueCases, played } from './catalogue-cases.ts'
import { actionOf, askFor, context, effectOf, integrationOn } from './scene.ts'

/** What every conditional patch promises, whatever it changes. */
describe.each(
  catalogueCases.map((each) => [`${each.type} on a ${each.kind} ${JSON.stringify(each.params)}`, each] as const),
)('%s', (_, each) => {
  test('is tried out, and is one patch of its field and its mark', async () => {
    const { cluster, action, preview, effect, find } = played(each)
    const shown = await preview()
    expect(shown).toMatchObject({ dryRun: 'done', managedBy: ['kubectl'] })
    expect(shown.refused).toBeUndefined()
    expect(shown.diff).toMatch(/ → /)
    expect(cluster.effects()).toEqual([])
    await action.execute(await effect(), context)
    const [done, ...others] = cluster.effects('exe_1')
    expect(others).toEqual([])
    const metadata = /^\/metadata\/annotations/
    const fields = done?.changed.filter((path) => !metadata.test(path)) ?? []
    expect(fields).not.toEqual([])
    for (const path of fields) expect(path).toMatch(each.changes)
    expect(find()?.metadata.annotations?.[MARK_ANNOTATION]).toMatch(/^exe_1( template-[0-9a-f]{16}| [0-9a-f-]{36})?$/)
  })

  test('is found again by its mark when its answer was lost, and is not claimed by another', async () => {
    const { cluster, action, effect } = played(each)
    const asked = await effect()
    cluster.inject({ on: 'patch', fault: 'cut-after' })
    await expect(action.execute(asked, context)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await action.observe(asked, context)).toBe('applied')
    expect(await action.observe({ ...asked, executionId: 'exe_2' }, context)).not.toBe('applied')
  })

  test('has not happened when its request was lost, and cannot any more once it is fenced', async () => {
    const { cluster, action, effect, find } = played(each)
    const asked = await effect()
    cluster.inject({ on: 'patch', fault: 'cut-before' })
    await expect(action.execute(asked, context)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await action.observe(asked, context)).toBe('not-applied')
    await action.invalidate?.(asked, context)
    expect(find()?.metadata.annotations?.[FENCE_ANNOTATION]).toBe('7 exe_1')
    await expect(action.execute(asked, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(cluster.effects()).toEqual([])
  })

  test('is not denied by what was read from something that lags behind', async () => {
    const { cluster, action, effect } = played(each)
    const asked = await effect()
    const seenAt = cluster.now()
    cluster.tick(1_000)
    cluster.inject({ on: 'patch', fault: 'cut-after' })
    await expect(action.execute(asked, context)).rejects.toMatchObject({ code: 'unavailable' })
    const behind = () => cluster.inject({ on: 'get', fault: 'lagging', seenAt })
    await action.invalidate?.(asked, context)
    behind()
    await expect(action.observe({ ...asked, fenced: true }, context)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await action.observe({ ...asked, fenced: true }, context)).toBe('applied')
  })

  test('is not taken for fenced when what is read is older than its guard', async () => {
    const { cluster, action, effect, find, reference } = played(each)
    const seenAt = cluster.now()
    cluster.tick(1_000)
    const operations = [{ op: 'add', path: '/metadata/labels', value: { seen: 'yes' } }] as const
    await cluster.patch(reference, { type: 'json', operations }, {}, context)
    const asked = await effect()
    cluster.inject({ on: 'get', fault: 'lagging', seenAt })
    await expect(action.invalidate?.(asked, context)).rejects.toMatchObject({ code: 'unavailable' })
    await action.invalidate?.(asked, context)
    expect(find()?.metadata.annotations?.[FENCE_ANNOTATION]).toBe('7 exe_1')
  })

  test('is neither claimed nor denied when somebody has written over it and its mark', async () => {
    const { cluster, action, effect, reference } = played(each)
    const asked = await effect()
    cluster.inject({ on: 'patch', fault: 'cut-after' })
    await expect(action.execute(asked, context)).rejects.toMatchObject({ code: 'unavailable' })
    const operations = [{ op: 'replace', path: '/metadata/annotations', value: {} }] as const
    await cluster.patch(reference, { type: 'json', operations }, {}, context)
    expect(await action.observe(asked, context)).toBe('unknown')
  })

  test.each([
    ['Argo CD', { annotations: { 'argocd.argoproj.io/tracking-id': 'x' } }, /managed by argo-cd/],
    ['Flux', { labels: { app: 'checkout', 'kustomize.toolkit.fluxcd.io/name': 'x' } }, /managed by flux/],
    [
      'an operator',
      { ownerReferences: [{ apiVersion: 'x/v1', kind: 'Shop', name: 'big', uid: 'u', controller: true }] },
      /managed by operator \(Shop big\)/,
    ],
  ])('is refused on an object of %s, which would put it back', async (_, metadata, because) => {
    const { change, preview, cluster } = played(each)
    change(metadata)
    expect(await preview()).toMatchObject({ refused: expect.stringMatching(because), dryRun: 'none' })
    expect(cluster.requests().filter(({ verb }) => verb === 'patch')).toEqual([])
  })

  test('says that the next deployment by Helm brings the old value back, and is not refused', async () => {
    const { change, preview } = played(each)
    change({ annotations: { 'meta.helm.sh/release-name': 'checkout' } })
    const shown = await preview()
    expect(shown.refused).toBeUndefined()
    expect(shown.diff).toMatch(/Helm deployed this: its next upgrade brings the old value back/)
  })

  test('is refused outside the namespaces, and hears what owners say', async () => {
    const { cluster, change, preview, input } = played(each)
    change({ annotations: { 'mendkit.dev/autonomy': 'suggest' } })
    expect((await preview()).autonomyLimit).toBe('suggest')
    for (const options of [{ namespaces: ['other'] }, { ownNamespace: 'shop' }]) {
      const elsewhere = actionOf(each.type, integrationOn(cluster, options))
      expect((await elsewhere.preview(input, context)).refused).toMatch(/shop|namespace/)
    }
  })

  test('is not taken back without a person where owners forbid it, and is done all the same', async () => {
    const { cluster, action, change, input, effect } = played(each)
    change({ annotations: { 'mendkit.dev/rollback': 'never' } })
    const asked = await effect()
    await action.execute(asked, context)
    expect(cluster.effects()).toHaveLength(1)
    const back = await action.preview({ ...input, executionId: 'exe_2' }, context)
    expect(back).toMatchObject({
      refused: expect.stringMatching(/mendkit\.dev\/rollback/),
      before: asked.preview.after,
    })
  })

  test('shows the difference without credentials that may act', async () => {
    const { cluster, input, preview } = played(each)
    const blind = actionOf(each.type, kubernetes({ cluster: 'test', read: cluster }))
    const shown = await blind.preview(input, context)
    expect(shown.dryRun).toBe('not-permitted')
    expect([shown.diff, shown.before, shown.after]).toEqual(
      await preview().then(({ diff, before, after }) => [diff, before, after]),
    )
    const effect = effectOf(input, shown)
    await expect(blind.execute(effect, context)).rejects.toMatchObject({ code: 'config' })
  })

  test('acts on nothing else, leaves one Event, and changes nothing that is as it should be already', async () => {
    const { cluster, action, input, effect } = played(each)
    const pod = { cluster: 'test', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'checkout' }
    const wrong = action.preview(askFor(cluster, input.params, pod), context)
    await expect(wrong).rejects.toMatchObject({ code: 'invalid', path: 'target' })
    const asked = await effect()
    await action.execute(asked, context)
    await action.announce?.(asked, context)
    await action.announce?.(asked, context)
    const events = cluster.all('v1', 'Event', 'shop').filter((event) => /^Mendkit/.test(String(event['reason'])))
    expect(events).toHaveLength(1)
    expect(events[0]?.['message']).toMatch(/\(incident inc_1, execution exe_1\)/)
    expect(await action.preview(input, context)).toMatchObject({ alreadySo: true, dryRun: 'none', diff: '' })
  })
})
