import type { CallContext } from '@mendkit/core'
import type { KubernetesClient, KubernetesObject, ObjectSelection } from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'

/**
 * Every object of a selection, for answers that one missing object makes wrong; `unreadable` when the credentials may not
 * list them, or when there are more than are read at once.
 */
export async function listAll(
  client: KubernetesClient,
  selection: ObjectSelection,
  context: CallContext,
): Promise<readonly KubernetesObject[] | 'unreadable'> {
  try {
    const { items, truncated } = await client.list(selection, context)
    return truncated ? 'unreadable' : items
  } catch (error) {
    if (failureOf(error)?.status === 403) return 'unreadable'
    throw error
  }
}
