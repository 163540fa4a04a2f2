import { connectTestbed, type Testbed, waitUntil } from '@mendkit/testbed'
import { type ActionSubject, actionContract, holdsTo } from '@mendkit/testkit'
import { describe, expect, inject, test } from 'vitest'
import { type CatalogueCase, catalogueCases } from './catalogue-cases.ts'
import { freshly, isHealthy, realScene } from './real-scene.ts'
import { context, effectOf } from './scene.ts'

const description = inject('testbed')

/**
 * What only a real API server can show. The rest of the contract is the same code on both, and the simulated cluster runs
 * all of it.
 */
const onRealServers = actionContract.filter(({ says }) =>
  /^(previews without|has one effect|has no second effect|has no effect once|makes every earlier guard)/.test(says),
)
/** One case of each action. */
const oneOfEach = catalogueCases.filter(
  ({ type }, index) => catalogueCases.findIndex((each) => each.type === type) === index,
)

if (description === undefined) {
  test('the catalogue on a real cluster', (skipped) => {
    skipped.skip('needs servers')
  })
} else {
  const testbed = connectTestbed(description)
  for (const each of oneOfEach) {
    holdsTo(test, `${each.type} on a real API server`, onRealServers, () => subjectOf(testbed, each))
  }
  describe.each(catalogueCases.map((each) => [each.type, each.kind, each] as const))(
    '%s on a real %s',
    (_, __, each) => {
      test('is seen, heals, is announced and goes back, with the permissions of the README', () =>
        thereAndBack(testbed, each))
    },
  )
}

async function subjectOf(testbed: Testbed, each: CatalogueCase): Promise<ActionSubject> {
  const { namespace, action, ask, reference } = await realScene(testbed, each)
  const plural = `${reference.kind.toLowerCase()}s`
  const path = `/apis/${reference.apiVersion}/namespaces/${namespace}/${plural}/checkout`
  return {
    action,
    input: ask('exe_catalogue'),
    refused: each.refused,
    effects: async () => (await testbed.effects({ namespace })).effects.length,
    async disturb() {
      const body = { metadata: { labels: { seen: 'yes' } } }
      const contentType = 'application/merge-patch+json'
      const { status, text } = await testbed.admin.send({ method: 'PATCH', path, body, contentType })
      if (status >= 300) throw new Error(`PATCH ${path}: ${status} ${text}`)
    },
  }
}

async function thereAndBack(testbed: Testbed, each: CatalogueCase): Promise<void> {
  const { namespace, action, ask, target, integration } = await realScene(testbed, each)
  const first = ask('exe_there')
  const shown = await freshly(
    () => action.preview(first, context),
    (seen) => action.execute(effectOf(first, seen), context),
  )
  expect(shown).toMatchObject({ dryRun: 'done' })
  expect([shown.refused, shown.diff]).toEqual([undefined, expect.stringContaining(' → ')])
  const effect = effectOf(first, shown)
  expect(await action.observe(effect, context)).toBe('applied')
  expect(await action.observe({ ...effect, executionId: 'exe_other' }, context)).not.toBe('applied')
  await action.announce?.(effect, context)
  if (each.health !== false) {
    const isWell = () => isHealthy(integration, target)
    await waitUntil('the workload to be healthy', isWell, { timeoutMs: 120_000 })
  }
  expect(await action.observe(effect, context)).toBe('applied')

  const second = ask('exe_back')
  const back = async () => {
    const fresh = await action.preview({ ...second, mintedAt: first.mintedAt }, context)
    expect(fresh).toMatchObject({ before: shown.after, alreadySo: true })
    return fresh
  }
  if (each.irreversible === true) await back()
  else {
    await freshly(back, ({ guard, target: seen }) => {
      if (seen === undefined) throw new Error('the preview names no target')
      const preview = { before: shown.after, after: shown.before, guard }
      return action.execute({ ...second, target: seen, fence: 8, preview }, context)
    })
    const { before } = await freshly(
      () => action.preview(second, context),
      async () => undefined,
    )
    expect(before).toEqual(shown.before)
  }
  const { effects, events, fences } = await testbed.effects({ namespace })
  expect(effects.map(({ executionId, verb }) => [executionId, verb])).toEqual([
    ['exe_there', 'patch'],
    ...(each.irreversible === true ? [] : [['exe_back', 'patch']]),
  ])
  expect(events.map(({ executionId }) => executionId)).toEqual(['exe_there'])
  expect(fences).toEqual([])
}
