import type { KubernetesClient, KubernetesPatch, ObjectReference, WriteOptions } from '@mendkit/kubernetes'
import type { Points } from './self-kill.ts'

/** Gives a request to somebody who sends it when its sender is long dead. */
export type SendLate = (reference: ObjectReference, patch: KubernetesPatch, options: WriteOptions) => Promise<void>

/** A client with points before and behind everything that it writes. Dry runs pass untouched. */
export function observedClient(client: KubernetesClient, points: Points, sendLate: SendLate): KubernetesClient {
  return {
    ...client,
    async patch(reference, patch, options, context) {
      const send = () => client.patch(reference, patch, options, context)
      if (options.dryRun === true) return send()
      if (options.executionId === undefined) return between(points, 'fence', send)
      if (points.isReached('call in transit')) {
        await sendLate(reference, patch, options)
        await points.end()
      }
      return between(points, 'call', send)
    },
    evict(pod, preconditions, options, context) {
      const send = () => client.evict(pod, preconditions, options, context)
      return options.dryRun === true ? send() : between(points, 'call', send)
    },
    create(object, options, context) {
      const send = () => client.create(object, options, context)
      return options.dryRun === true ? send() : between(points, 'call', send)
    },
    createEvent: (event, options, context) =>
      between(points, 'event', () => client.createEvent(event, options, context)),
  }
}

/** Does something with a point before and one behind it. */
export async function between<Result>(
  points: Points,
  crossing: 'call' | 'fence' | 'event' | 'notice',
  cross: () => Promise<Result>,
): Promise<Result> {
  await points.reach(`before ${crossing}`)
  const result = await cross()
  await points.reach(`after ${crossing}`)
  return result
}

/** A client whose effects demand nothing of their target: the planted fault `unguarded`. */
export function unguardedClient(client: KubernetesClient): KubernetesClient {
  return {
    ...client,
    patch: (reference, patch, options, context) => client.patch(reference, withoutTests(patch), options, context),
  }
}

/** What is left of a patch without its tests. */
export function withoutTests(patch: KubernetesPatch): KubernetesPatch {
  if (patch.type !== 'json') return patch
  return { type: 'json', operations: patch.operations.filter(({ op }) => op !== 'test') }
}
