import type { CallContext } from '@mendkit/core'
import {
  type KubernetesActionType,
  type KubernetesClient,
  type KubernetesPermission,
  kubernetesClient,
  leastPermissions,
} from '@mendkit/kubernetes'
import { type Finding, wrong } from './finding.ts'

/** What to ask which cluster. */
export interface ClusterQuestion {
  readonly kubeconfig: string | undefined
  readonly readContext: string | undefined
  readonly actContext: string | undefined
  /** Empty: all together. */
  readonly namespaces: readonly string[]
  /** Undefined: those that `kubernetes()` offers unless it is told to act on nodes. */
  readonly actions: readonly KubernetesActionType[] | undefined
}

/** Asks the API server, as each account that is named, for every permission that the actions need; nothing is changed. */
export async function clusterFindings(question: ClusterQuestion, ctx: CallContext): Promise<readonly Finding[]> {
  const { kubeconfig, readContext, actContext, actions } = question
  if (kubeconfig === undefined && readContext === undefined && actContext === undefined) return []
  const { read, act } = leastPermissions(actions)
  const client = (context: string | undefined) => kubernetesClient({ kubeconfig, context })
  return [
    ...(await roleFindings('read', client(readContext), read, question, ctx)),
    ...(actContext === undefined ? [] : await roleFindings('act', client(actContext), act, question, ctx)),
  ]
}

async function roleFindings(
  role: 'read' | 'act',
  client: KubernetesClient,
  permissions: readonly KubernetesPermission[],
  { namespaces }: ClusterQuestion,
  ctx: CallContext,
): Promise<readonly Finding[]> {
  const about = `cluster, ${role}`
  try {
    const { server, version, user } = await client.describe(ctx)
    const reached = { ok: true, about, says: `${server} is ${version}; we are ${user ?? 'not told who'}` }
    const places = namespaces.length === 0 ? [undefined] : namespaces
    const answers = await Promise.all(places.map((place) => missingIn(client, permissions, place, ctx)))
    const missing = answers.flat()
    const granted = { ok: true, about, says: `has all ${permissions.length} permissions in ${placeNames(namespaces)}` }
    return [reached, ...(missing.length === 0 ? [granted] : missing.map((says) => ({ ok: false, about, says })))]
  } catch (error) {
    return [wrong(about, error)]
  }
}

async function missingIn(
  client: KubernetesClient,
  permissions: readonly KubernetesPermission[],
  namespace: string | undefined,
  ctx: CallContext,
): Promise<readonly string[]> {
  const missing: string[] = []
  for (const one of permissions) {
    // Whoever reads the annotations of a namespace reads this one and no other.
    const name = one.kind === 'Namespace' ? namespace : undefined
    const within = one.everywhere ? undefined : (one.namespace ?? namespace)
    const { allowed, because } = await client.can({ ...one, namespace: within, name }, ctx)
    const what = `${one.verb} ${one.kind}${one.subresource === undefined ? '' : `/${one.subresource}`}`
    if (!allowed) missing.push(`may not ${what} in ${within ?? 'all namespaces'}: ${because}`)
  }
  return missing
}

function placeNames(namespaces: readonly string[]): string {
  return namespaces.length === 0 ? 'all namespaces' : namespaces.join(', ')
}
