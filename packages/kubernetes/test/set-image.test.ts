import { expect, test } from 'vitest'
import { parseImage } from '../src/image-reference.ts'
import { imageOne, imageTwo, podSet } from './catalogue-cases.ts'
import {
  actionOf,
  askFor,
  checkout,
  context,
  effectOf,
  healthy,
  imageOf,
  integrationOn,
  podsOf,
  resourceAt,
} from './scene.ts'

const TYPE = 'kubernetes.set-image'
const unseen = `shop/checkout@sha256:${'3'.repeat(64)}`

function deployed(images: readonly string[], behaviour?: Parameters<ReturnType<typeof healthy>['image']>[1]) {
  const cluster = healthy()
  const last = images.at(-1)
  if (behaviour !== undefined && last !== undefined) cluster.image(last, behaviour)
  for (const image of images) {
    cluster.apply(checkout(image))
    cluster.settle()
  }
  const action = actionOf(TYPE, integrationOn(cluster))
  const ask = (image: string, container = 'app') => askFor(cluster, { container, image })
  return {
    cluster,
    action,
    ask,
    preview: (image: string, container?: string) => action.preview(ask(image, container), context),
  }
}

test('goes back to a digest that an earlier ReplicaSet recorded, and says which', async () => {
  const { cluster, action, ask } = deployed([imageOne, imageTwo], { behaviour: 'crash' })
  const input = ask(imageOne)
  const shown = await action.preview(input, context)
  expect(shown.refused).toBeUndefined()
  expect(shown.doubts).toEqual([])
  expect(shown.diff).toContain(`containers[app].image: "${imageTwo}" → "${imageOne}"`)
  expect(shown.diff).toMatch(/ReplicaSet checkout-\w+ recorded this image/)
  await action.execute(effectOf(input, shown), context)
  cluster.settle()
  expect(imageOf(cluster)).toBe(imageOne)
  expect(podsOf(cluster)).toHaveLength(3)
})

test('doubts a revision of which no pod is ready now', async () => {
  const { preview } = deployed([imageOne, imageTwo])
  expect((await preview(imageOne)).doubts).toEqual(['readiness-of-target-unproven'])
})

test('refuses every image that this workload did not record for this container, and every other repository', async () => {
  const { cluster, preview } = deployed([imageOne, imageTwo])
  expect((await preview(unseen)).refused).toMatch(/no earlier revision .* recorded this digest/)
  expect((await preview(imageOne.replace('shop/', 'evil/'))).refused).toMatch(
    /uses images of shop\/checkout, not of evil/,
  )
  expect((await preview(imageOne, 'proxy')).refused).toBe('it has no container proxy')
  // Another workload's record is no record.
  const other = { ...checkout(unseen), metadata: { name: 'cart', namespace: 'shop' } }
  cluster.apply(other)
  cluster.settle()
  expect((await preview(unseen)).refused).toMatch(/no earlier revision/)
})

test('a record of the other repository does not count although its digest is the same', async () => {
  const { preview } = deployed([imageOne.replace('shop/checkout', 'old/checkout'), imageTwo])
  expect((await preview(imageOne)).refused).toMatch(/no earlier revision/)
})

test.each([
  'shop/checkout',
  'shop/checkout:v1',
  'shop/checkout@sha256:1234',
  `shop/checkout:v1@sha512:${'1'.repeat(64)}`,
  `shop/checkout@sha256:${'G'.repeat(64)}`,
  `@sha256:${'1'.repeat(64)}`,
  `shop/checkout@sha256:${'1'.repeat(64)} `,
  `a@shop/checkout@sha256:${'1'.repeat(64)}`,
])('refuses what is no repository with a digest: %s', async (image) => {
  const { preview } = deployed([imageOne])
  await expect(preview(image)).rejects.toMatchObject({ code: 'invalid', path: 'params.image' })
})

test('goes back from a tag to a recorded digest, and from there to the tag', async () => {
  const { cluster, action, ask } = deployed([imageOne, 'shop/checkout:v2'])
  const input = ask(imageOne)
  const effect = effectOf(input, await action.preview(input, context))
  await action.execute(effect, context)
  const second = { ...input, executionId: 'exe_2' }
  const back = effectOf(second, await action.preview(second, context))
  const { before, after } = effect.preview
  await action.execute({ ...back, preview: { ...back.preview, before: after, after: before } }, context)
  expect(imageOf(cluster)).toBe('shop/checkout:v2')
})

test('knows the ControllerRevisions of a StatefulSet', async () => {
  const cluster = healthy()
  cluster.apply(podSet('StatefulSet', imageTwo))
  cluster.settle()
  const target = { ...resourceAt(), kind: 'StatefulSet' }
  const set = cluster.find({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'checkout' })
  const revision = (name: string, number: number, image: string, uid: string) => ({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace: 'shop',
      labels: { app: 'checkout' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'checkout', uid, controller: true }],
    },
    revision: number,
    data: { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
  })
  const action = actionOf(TYPE, integrationOn(cluster))
  const preview = () => action.preview(askFor(cluster, { container: 'app', image: imageOne }, target), context)
  cluster.apply(revision('checkout-of-another', 7, imageOne, 'somebody-else'))
  expect((await preview()).refused).toMatch(/no earlier revision/)
  cluster.apply(revision('checkout-1', 1, imageOne, set?.metadata.uid ?? ''))
  const shown = await preview()
  expect(shown.refused).toBeUndefined()
  expect(shown).toMatchObject({ risk: 'high', doubts: ['stateful', 'readiness-of-target-unproven'] })
  expect(shown.diff).toContain('ControllerRevision checkout-1 recorded this image')
})

test.each([
  ['nginx', 'nginx', undefined],
  ['nginx:1.27', 'nginx', undefined],
  ['registry:5000/shop/app', 'registry:5000/shop/app', undefined],
  ['registry:5000/shop/app:v1', 'registry:5000/shop/app', undefined],
  ['registry:5000/shop/app:v1@sha256:ab', 'registry:5000/shop/app', 'sha256:ab'],
])('the parts of the image %s', (image, repository, digest) => {
  expect(parseImage(image)).toEqual({ repository, digest })
})
