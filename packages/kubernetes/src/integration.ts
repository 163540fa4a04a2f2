import { type CallContext, type Integration, MendkitError, type Remediator } from '@mendkit/core'
import { workloadHealth } from './check.ts'
import { evictPod } from './evict-pod.ts'
import { kubernetesEvidence } from './evidence.ts'
import type { AccessQuestion } from './kubernetes-client.ts'
import { type KubernetesOptions, openScope, type Scope } from './options.ts'
import { rolloutUndo } from './rollout-undo.ts'
import { kubernetesRules } from './rules.ts'
import { ownerTopology } from './topology.ts'

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' }
const POD = { apiVersion: 'v1', kind: 'Pod' }

/** All that the act role must allow. */
const needed: readonly Omit<AccessQuestion, 'namespace'>[] = [
  { verb: 'patch', ...DEPLOYMENT },
  { verb: 'patch', ...POD },
  { verb: 'create', ...POD, subresource: 'eviction' },
  { verb: 'create', apiVersion: 'v1', kind: 'Event' },
]

/**
 * A Kubernetes cluster: evidence, owners, rules, health, and two actions, `kubernetes.rollout-undo` and
 * `kubernetes.evict-pod`. Makes no request until the engine runs. Throws `config` for an option that is wrong.
 */
export function kubernetes(options: KubernetesOptions = {}): Integration {
  const scope = openScope(options)
  return {
    clusters: [scope.cluster],
    evidence: [kubernetesEvidence(scope)],
    topology: [ownerTopology(scope)],
    remediators: [remediator(scope)],
    checks: [workloadHealth(scope)],
    rules: kubernetesRules,
  }
}

function remediator(scope: Scope): Remediator {
  return {
    spec: 1,
    id: `kubernetes:${scope.cluster}`,
    actions: [rolloutUndo(scope), evictPod(scope)],
    canAct: (context) => mayAct(scope, context),
  }
}

/** Asks the API server whether the credentials to act may do all that the actions need, in every namespace of the scope. */
async function mayAct(scope: Scope, context: CallContext): Promise<{ permitted: boolean; because: string }> {
  const { act, cluster, namespaces } = scope
  if (act === undefined) return { permitted: false, because: `kubernetes() has no \`act\` credentials for ${cluster}` }
  for (const namespace of namespaces ?? [undefined]) {
    for (const question of needed) {
      const answer = await ask(act.can({ ...question, namespace }, context))
      if (!answer.allowed) {
        const what = `${question.verb} ${question.kind}${question.subresource ? `/${question.subresource}` : ''}`
        const where = namespace ?? 'all namespaces'
        return { permitted: false, because: `the \`act\` credentials may not ${what} in ${where}: ${answer.because}` }
      }
    }
  }
  return { permitted: true, because: `the \`act\` credentials may do all that the actions need in ${cluster}` }
}

async function ask(answer: Promise<{ allowed: boolean; because: string }>) {
  try {
    return await answer
  } catch (error) {
    if (MendkitError.is(error, 'rejected')) return { allowed: false, because: error.message }
    throw error
  }
}
