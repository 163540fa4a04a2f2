import type { CallContext } from '@mendkit/core'
import { AUTONOMY_ANNOTATION, ROLLBACK_ANNOTATION } from './annotations.ts'
import type { KubernetesClient, KubernetesObject } from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'

const LEVELS = ['off', 'suggest', 'approve'] as const

/** A level to which owners can lower autonomy. */
type AutonomyLimit = (typeof LEVELS)[number]

/** What owners said, and whether they could be heard. */
export interface OwnersWord {
  readonly limit?: AutonomyLimit
  /** Nothing is taken back without a person. */
  readonly noRollback: boolean
  /** `namespace-unreadable` when the namespace could not be asked. */
  readonly doubts: readonly string[]
}

/** The lowest level that annotations on the objects and on their namespace ask for. `auto` asks for none; a word that is no level counts
 * as `off`. */
export async function ownersWord(
  client: KubernetesClient,
  namespace: string | undefined,
  objects: readonly KubernetesObject[],
  context: CallContext,
): Promise<OwnersWord> {
  const found = namespace === undefined ? undefined : await readNamespace(client, namespace, context)
  const all = found === undefined ? objects : [...objects, found]
  const limits = all.flatMap((object) => limitOf(object) ?? [])
  const limit = LEVELS.find((level) => limits.includes(level))
  return {
    ...(limit === undefined ? {} : { limit }),
    // Whatever else stands there was meant as a restriction too.
    noRollback: all.some(({ metadata }) => Object.hasOwn(metadata.annotations ?? {}, ROLLBACK_ANNOTATION)),
    doubts: namespace !== undefined && found === undefined ? ['namespace-unreadable'] : [],
  }
}

function limitOf(object: KubernetesObject): AutonomyLimit | undefined {
  const { annotations = {} } = object.metadata
  if (!Object.hasOwn(annotations, AUTONOMY_ANNOTATION)) return undefined
  if (annotations[AUTONOMY_ANNOTATION] === 'auto') return undefined
  // Whoever wrote something else wanted less, and a misspelt wish must not be taken for consent.
  return LEVELS.find((level) => level === annotations[AUTONOMY_ANNOTATION]) ?? 'off'
}

/** A namespace; undefined where the credentials may not read it. */
export async function readNamespace(
  client: KubernetesClient,
  name: string,
  context: CallContext,
): Promise<KubernetesObject | undefined> {
  try {
    return await client.get({ apiVersion: 'v1', kind: 'Namespace', name }, context)
  } catch (error) {
    // A read role without namespaces still works; the doubt makes policies ask.
    if (failureOf(error)?.status === 403) return undefined
    throw error
  }
}
