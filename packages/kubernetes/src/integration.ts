import {
  type Permission as Answer,
  type CallContext,
  type Integration,
  MendkitError,
  type Remediator,
} from '@mendkit/core'
import { actionReads, actionsOf, type Permission, permissionsOf } from './catalogue.ts'
import { workloadHealth } from './check.ts'
import { cronJobHealth } from './cronjob-health.ts'
import { kubernetesEvidence } from './evidence.ts'
import { jobHealth } from './job-health.ts'
import { kindRoute } from './kinds.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { nodeHealth } from './node-health.ts'
import { type KubernetesOptions, openScope, type Scope } from './options.ts'
import { rulesOffering } from './rules.ts'
import { DEPLOYMENT, POD } from './target.ts'
import { ownerTopology } from './topology.ts'

/** What every evidence, owner and health check begins with. Whatever else the read role lacks shows in the evidence. */
const basic: readonly Permission[] = [
  { verb: 'get', ...DEPLOYMENT },
  { verb: 'list', ...POD },
]

/** What is read of nodes beside, when they are. */
const nodes: readonly Permission[] = ['get', 'list'].map((verb) => ({ verb, apiVersion: 'v1', kind: 'Node' }))

const EVERYWHERE =
  'kubernetes.drain must see every pod of a node, whatever namespace it is in: grant that in a ClusterRole, or leave it out of `actions`'

/** What the offered actions read in all namespaces at once: without it, none of them could ever be carried out. */
function readEverywhere({ actions }: Scope): readonly Permission[] {
  return actionReads(actions).filter(({ everywhere }) => everywhere === true)
}

/**
 * A Kubernetes cluster: evidence, owners, rules, health, and the actions of `kubernetesActionTypes`. Makes no request until the engine runs. Throws `config` for an option that is wrong.
 */
export function kubernetes(options: KubernetesOptions = {}): Integration {
  const scope = openScope(options)
  return {
    clusters: [scope.cluster],
    evidence: [kubernetesEvidence(scope)],
    topology: [ownerTopology(scope)],
    remediators: [remediator(scope)],
    checks: [
      workloadHealth(scope),
      jobHealth(scope),
      cronJobHealth(scope),
      ...(scope.nodes ? [nodeHealth(scope)] : []),
    ],
    canRead: (context) => mayRead(scope, context),
    rules: rulesOffering(scope.actions),
  }
}

function remediator(scope: Scope): Remediator {
  return {
    spec: 1,
    id: `kubernetes:${scope.cluster}`,
    actions: actionsOf(scope),
    canAct: (context) => mayAct(scope, context),
  }
}

/** Asks the API server whether the credentials to read are accepted, and read what everything begins with. */
async function mayRead(scope: Scope, context: CallContext): Promise<Answer> {
  const questions = [...basic, ...(scope.nodes ? nodes : []), ...readEverywhere(scope)]
  const denial = await firstDenial(scope, { name: 'read', client: scope.read, questions }, context)
  return denial ?? { permitted: true, because: `the \`read\` credentials may read workloads in ${scope.cluster}` }
}

/** Asks the API server whether the credentials to act may do all that the actions need, in every namespace of the scope. */
async function mayAct(scope: Scope, context: CallContext): Promise<Answer> {
  const { act, cluster } = scope
  if (act === undefined) return { permitted: false, because: `kubernetes() has no \`act\` credentials for ${cluster}` }
  const denial = await firstDenial(scope, { name: 'act', client: act, questions: permissionsOf(scope) }, context)
  return (
    denial ?? { permitted: true, because: `the \`act\` credentials may do all that the actions need in ${cluster}` }
  )
}

interface Role {
  readonly name: 'read' | 'act'
  readonly client: KubernetesClient
  readonly questions: readonly Permission[]
}

async function firstDenial(scope: Scope, role: Role, context: CallContext): Promise<Answer | undefined> {
  for (const place of scope.namespaces ?? [undefined]) {
    for (const question of role.questions) {
      const { namespaced } = kindRoute(question.apiVersion, question.kind)
      const { everywhere = false, ...access } = question
      const namespace = everywhere ? undefined : (question.namespace ?? place)
      const within = namespaced ? namespace : undefined
      const answer = await ask(role.client.can({ ...access, namespace: within }, context))
      if (!answer.allowed) {
        const what = `${question.verb} ${question.kind}${question.subresource ? `/${question.subresource}` : ''}`
        const where = namespaced ? (namespace ?? 'all namespaces') : 'the cluster itself'
        const needsAll = everywhere ? `; ${EVERYWHERE}` : ''
        const hint =
          namespaced && namespace === undefined && !everywhere
            ? '; where they may in some, name those in `namespaces`'
            : ''
        const because = `the \`${role.name}\` credentials may not ${what} in ${where} of ${scope.cluster}: ${answer.because}${hint}${needsAll}`
        return { permitted: false, because }
      }
    }
  }
  return undefined
}

async function ask(answer: Promise<{ allowed: boolean; because: string }>) {
  try {
    return await answer
  } catch (error) {
    if (MendkitError.is(error, 'rejected')) return { allowed: false, because: error.message }
    throw error
  }
}
