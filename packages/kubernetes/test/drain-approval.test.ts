import { allowUpTo, blastRadiusCap } from '@mendkit/core'
import { simulatedCluster, simulatedStore, virtualClock } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { ann, hostOn, type Site } from './approval-scene.ts'
import { podSet } from './catalogue-cases.ts'
import { checkout, podsOf } from './scene.ts'

/** A host that was allowed to drain `node-1`, where two pods of `checkout` are, and is paused right before it does. */
async function grantedDrain() {
  const clock = virtualClock()
  const cluster = simulatedCluster({ clock })
  const site: Site = { cluster, clock, store: simulatedStore() }
  await scaleTo(site, 6)
  const host = hostOn(site, {
    factsElsewhere: true,
    proposal: { type: 'kubernetes.drain', params: {} },
    autonomy: { 'action:kubernetes.drain': 'approve' },
    options: { nodes: true },
    policies: [allowUpTo('high'), blastRadiusCap({ replicas: 3, otherwise: 'deny' })],
    labels: { alertname: 'KubeNodeNotReady', node: 'node-1' },
  })
  await host.fire()
  await host.until('awaiting-approval')
  const question = await host.question()
  await host.mendkit.pause()
  await host.mendkit.approvals.approve(question.id, { by: ann, digest: question.digest })
  await host.until('remediating')
  return { site, host, question }
}

async function settle({ cluster, clock }: Site): Promise<void> {
  for (let second = 0; second < 30; second += 1) await clock.advance(1_000).then(() => cluster.tick())
}

async function scaleTo(site: Site, replicas: number): Promise<void> {
  site.cluster.apply(checkout('shop/checkout:v1', { replicas }))
  await settle(site)
}

const evicted = ({ cluster }: Site) => cluster.effects().filter(({ verb }) => verb === 'evict').length

test('a granted drain is carried out after pods have come and gone, on those that are there then', async () => {
  const { site, host, question } = await grantedDrain()
  for (const pod of podsOf(site.cluster)) site.cluster.remove({ ...pod, ...pod.metadata })
  await scaleTo(site, 9)
  await host.mendkit.resume()
  await host.untilTrue('three pods were evicted', async () => {
    site.cluster.tick()
    return evicted(site) === 3
  })
  expect(await host.mendkit.approvals.get(question.id)).toMatchObject({ state: 'used' })
  await host.stop()
})

test.each<readonly [string, (site: Site) => Promise<void>]>([
  ['more pods are on the node than the cap of the blast radius lets go', (site) => scaleTo(site, 12)],
  [
    'another workload has come to the node',
    async (site) => {
      const labels = { app: 'zzz' }
      const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'x:1' }] } }
      const spec = { replicas: 3, selector: { matchLabels: labels }, template }
      site.cluster.apply(podSet('StatefulSet', 'x:1', spec, { name: 'zzz' }))
      await settle(site)
    },
  ],
])('a granted drain is not carried out when %s', async (_, happens) => {
  const { site, host, question } = await grantedDrain()
  await happens(site)
  await host.mendkit.resume()
  await host.untilTrue('it left', async () => (await host.phase()) !== 'remediating')
  expect(await host.mendkit.approvals.get(question.id)).toMatchObject({ state: 'void' })
  expect(site.cluster.effects()).toEqual([])
  await host.stop()
})
