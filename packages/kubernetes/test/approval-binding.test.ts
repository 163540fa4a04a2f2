import { allowUpTo, definePolicy } from '@mendkit/core'
import type { Manifest } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { ann, askedHost, hostOn, type Site } from './approval-scene.ts'
import { deployment } from './scene.ts'

type Changes = (found: { metadata: Record<string, unknown>; spec: Record<string, unknown> }) => void

/** Applies the Deployment as it is but for some of it, as somebody. */
function change({ cluster }: Site, manager: string, changes: Changes): void {
  const found = structuredClone(cluster.find(deployment)) as unknown as Manifest & Parameters<Changes>[0]
  changes(found)
  cluster.apply(found, { manager })
}

/** Loses ready pods, one after the other, until the Deployment's status was written so often. */
async function writeStatus({ cluster, clock }: Site, times: number): Promise<number> {
  const read = () => cluster.find(deployment)?.metadata
  const generation = read()?.generation
  let written = 0
  for (let version = read()?.resourceVersion; written < times; ) {
    const ready = cluster.all('v1', 'Pod', 'shop').find((pod) => JSON.stringify(pod).includes('checkout:v1"'))
    if (ready === undefined) throw new Error('no pod of v1 is left')
    cluster.remove({ ...ready, ...ready.metadata })
    // Once when it is missed, once when its successor is ready.
    for (let wait = 0, before = written; wait < 60 && written < before + 2; wait += 1) {
      await clock.advance(500)
      cluster.tick()
      const now = read()?.resourceVersion
      if (now !== version) written += 1
      version = now
    }
  }
  expect(read()?.generation).toBe(generation)
  return written
}

/** A granted question on a host that is paused right before the effect. */
async function granted(terms?: Parameters<typeof askedHost>[0]) {
  const { site, host, question } = await askedHost(terms)
  await host.mendkit.pause()
  await host.mendkit.approvals.approve(question.id, { by: ann, digest: question.digest })
  await host.until('remediating')
  return { site, host, question }
}

const harmless: Readonly<Record<string, (site: Site) => unknown>> = {
  '1,000 writes of the status': (site) => writeStatus(site, 1_000),
  'another number of replicas, written by an autoscaler': (site) =>
    change(site, 'kube-controller-manager', ({ spec }) => Object.assign(spec, { replicas: 5 })),
  'our own annotations': (site) =>
    change(site, 'mendkit', ({ metadata }) =>
      Object.assign(metadata, { annotations: { 'mendkit.dev/execution': 'exe_other', 'mendkit.dev/fence': '7' } }),
    ),
}

type Container = { image: string; env?: object[] }

function changeTemplate(site: Site, changes: (container: Container) => void): void {
  change(site, 'kubectl', ({ spec }) => {
    const { template } = spec as { template: { spec: { containers: [Container] } } }
    changes(template.spec.containers[0])
  })
}

function removeHealthyRevision({ cluster }: Site): void {
  const healthy = cluster
    .all('apps/v1', 'ReplicaSet', 'shop')
    .find((set) => JSON.stringify(set).includes('checkout:v1"'))
  if (healthy === undefined) throw new Error('the revision to return to is not there')
  cluster.remove({ ...healthy, ...healthy.metadata })
}

const voiding: Readonly<Record<string, (site: Site) => void>> = {
  'an image': (site) => changeTemplate(site, (container) => Object.assign(container, { image: 'shop/checkout:v3' })),
  'a variable of the environment': (site) =>
    changeTemplate(site, (container) => Object.assign(container, { env: [{ name: 'PASSWORD', value: 'another' }] })),
  'the object itself, made again under its name': ({ cluster }) => void cluster.recreate(deployment),
  'that its rollout is paused': (site) => change(site, 'kubectl', ({ spec }) => Object.assign(spec, { paused: true })),
  'the revision to return to, which is gone': removeHealthyRevision,
}

describe('a granted approval stays valid over', () => {
  test.each(Object.entries(harmless))('%s', async (_what, happens) => {
    const { site, host, question } = await granted()
    await happens(site)
    await host.mendkit.resume()
    await host.until('verifying')
    expect(await host.mendkit.approvals.get(question.id)).toMatchObject({ state: 'used' })
    expect(site.cluster.effects().map(({ target }) => target.name)).toEqual(['checkout'])
    await host.stop()
  })
})

describe('an open approval stays valid over', () => {
  test.each(Object.entries(harmless))('%s', async (_what, happens) => {
    const { site, host, question } = await askedHost()
    await happens(site)
    await host.mendkit.approvals.approve(question.id, { by: ann, digest: question.digest })
    await host.until('verifying')
    expect(await host.mendkit.approvals.get(question.id)).toMatchObject({ state: 'used' })
    await host.stop()
  })
})

describe.each([
  ['the facts that led to it would tell', false],
  ['nothing but its own binding could tell', true],
])('a granted approval, when %s, dies with', (_when, factsElsewhere) => {
  test.each(Object.entries(voiding))('%s', async (_what, happens) => {
    const { site, host, question } = await granted({ factsElsewhere })
    happens(site)
    const before = site.cluster.effects().length
    await host.mendkit.resume()
    await host.untilTrue('it left', async () => (await host.phase()) !== 'remediating')
    expect(await host.mendkit.approvals.get(question.id)).toMatchObject({ state: 'void' })
    await site.clock.advance(60_000)
    expect(site.cluster.effects()).toHaveLength(before)
    await expect(
      host.mendkit.approvals.approve(question.id, { by: ann, digest: question.digest }),
    ).rejects.toMatchObject({ code: 'conflict' })
    await host.stop()
  })
})

describe('a granted approval dies with', () => {
  test('the policies: a host with others asks anew', async () => {
    const { site, host, question } = await granted()
    await host.stop()
    const silent = definePolicy({ id: 'silent', decide: () => ({ kind: 'abstain' }) })
    const next = hostOn(site, { policies: [allowUpTo('medium'), silent] })
    await next.mendkit.resume()
    await next.untilTrue('it is asked anew', async () => (await next.mendkit.approvals.list()).length === 1)
    expect(await next.mendkit.approvals.get(question.id)).toMatchObject({ state: 'void' })
    expect((await next.question()).digest).not.toBe(question.digest)
    expect(site.cluster.effects()).toEqual([])
    await next.stop()
  })

  test('its time', async () => {
    const { site, host, question } = await granted({ expiresInMs: 1_800_000 })
    await site.clock.advance(question.expiresAt - site.clock.now())
    await host.mendkit.resume()
    await host.untilTrue('it left', async () => (await host.phase()) !== 'remediating')
    expect(await host.mendkit.approvals.get(question.id)).toMatchObject({ state: 'void', voidBecause: 'approval-gone' })
    expect(site.cluster.effects()).toEqual([])
    await host.stop()
  })
})
