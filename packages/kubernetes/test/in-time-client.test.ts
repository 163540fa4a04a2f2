import { MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { inTimeClient } from '../src/in-time-client.ts'
import type { KubernetesClient } from '../src/index.ts'
import {
  actionOf,
  askFor,
  badRollout,
  context,
  deployment,
  effectOf,
  healthy,
  imageOf,
  integrationOn,
  podsOf,
  replicaSetOf,
} from './scene.ts'

const tooLate = {
  ...context,
  assertInTime() {
    throw new MendkitError('unavailable', 'the lease is over', { effect: 'none' })
  },
}
const annotated = { type: 'merge', document: { metadata: { annotations: { seen: 'yes' } } } } as const
const changes: Readonly<Record<string, (client: KubernetesClient, dryRun: boolean) => Promise<unknown>>> = {
  patch: (client, dryRun) => client.patch(deployment, annotated, { dryRun }, tooLate),
  delete: (client, dryRun) => client.delete(deployment, { uid: 'of-nobody' }, { dryRun }, tooLate),
  evict: (client, dryRun) => client.evict({ namespace: 'shop', name: 'none' }, { uid: 'none' }, { dryRun }, tooLate),
  create: (client, dryRun) => {
    const metadata = { name: 'again', namespace: 'shop' }
    return client.create({ apiVersion: 'batch/v1', kind: 'Job', metadata }, { dryRun }, tooLate)
  },
  createEvent: (client, dryRun) => {
    const about = { ...deployment, uid: 'u' }
    const event = {
      name: 'e',
      about,
      type: 'Normal',
      reason: 'Seen',
      message: 'seen',
      at: '2026-01-01T00:00:00Z',
    } as const
    return client.createEvent(event, { dryRun }, tooLate)
  },
}

describe('a change that is no longer in time', () => {
  test.each(Object.entries(changes))('is not sent: %s', async (_, change) => {
    const sent: string[] = []
    const cluster = healthy()
    const client = inTimeClient(
      new Proxy(cluster, {
        get(target, name, receiver) {
          sent.push(String(name))
          const found: unknown = Reflect.get(target, name, receiver)
          return found
        },
      }),
    )
    await expect(change(client, false)).rejects.toMatchObject({ code: 'unavailable', effect: 'none' })
    expect(sent).toEqual([])
    // A dry run changes nothing, and so is asked whenever it likes.
    await change(client, true).catch(() => undefined)
    expect(sent).toHaveLength(1)
  })

  test('is the rollback of a worker that was suspended after it had read what to return to', async () => {
    const cluster = badRollout()
    const integration = integrationOn(cluster)
    const action = actionOf('kubernetes.rollout-undo', integration)
    const input = askFor(cluster, { replicaSet: replicaSetOf(cluster, 1) })
    const effect = effectOf(input, await action.preview(input, context))
    const pods = podsOf(cluster).length
    await expect(action.execute(effect, tooLate)).rejects.toMatchObject({ code: 'unavailable', effect: 'none' })
    expect([imageOf(cluster), podsOf(cluster).length]).toEqual(['shop/checkout:v2', pods])
    await action.execute(effect, context)
    expect(imageOf(cluster)).toBe('shop/checkout:v1')
  })
})
