import type { KubernetesClient, KubernetesPatch, ObjectReference } from '@mendkit/kubernetes'

/** The request that makes an effect, as the adapter is about to send it. */
export interface EffectRequest {
  readonly executionId: string
  readonly reference: ObjectReference
  readonly patch: KubernetesPatch
}

/** Lets a test stand before and behind every patch that makes an effect. Dry runs and fences pass untouched. */
export function aroundEffects(
  client: KubernetesClient,
  around: <Result>(request: EffectRequest, send: () => Promise<Result>) => Promise<Result>,
): KubernetesClient {
  return {
    ...client,
    patch(reference, patch, options, context) {
      const send = () => client.patch(reference, patch, options, context)
      const { executionId, dryRun } = options
      return executionId === undefined || dryRun === true ? send() : around({ executionId, reference, patch }, send)
    },
  }
}
