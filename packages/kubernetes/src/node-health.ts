import type { CallContext, Check, CheckInput, CheckResult, Resource } from '@mendkit/core'
import { readTarget } from './guard.ts'
import type { Scope } from './options.ts'
import { type Node, parseNode } from './parse-node.ts'
import { NODE } from './target.ts'

/**
 * Says whether a node is ready and short of nothing; measures how many of its conditions are bad. What its kubelet last
 * reported before the effect, or nobody knows when, is no word about it now: `unknown`.
 */
export function nodeHealth(scope: Scope): Check {
  return {
    spec: 1,
    id: `kubernetes.node-health:${scope.cluster}`,
    kind: 'health',
    applies: ({ target }) => scope.nodes && target.kind === NODE.kind && target.cluster === scope.cluster,
    check: (input, context) => check(scope, input, context),
  }
}

async function check(scope: Scope, { target, since }: CheckInput, context: CallContext): Promise<CheckResult> {
  const object = await readTarget(scope, target, context)
  if (object === undefined || isAnother(object.metadata.uid, target)) {
    return { verdict: 'bad', because: `Node ${target.name} is gone` }
  }
  return judge(target.name, parseNode(object), since)
}

function judge(name: string, { readiness, ready, pressures, heardAt }: Node, since: number | undefined): CheckResult {
  if (readiness === undefined) return { verdict: 'unknown', because: `Node ${name} has no condition Ready` }
  if (readiness.status === 'Unknown') {
    return {
      verdict: 'unknown',
      because: `the kubelet of ${name} has gone silent (${readiness.reason ?? 'no reason'})`,
    }
  }
  const bad = [...(ready ? [] : [`not ready (${readiness.reason ?? 'no reason'})`]), ...pressures]
  if (since !== undefined && !(heardAt !== undefined && heardAt >= since)) {
    return { verdict: 'unknown', because: `the kubelet of ${name} has not reported since the effect` }
  }
  const measure = { name: 'bad-conditions', value: bad.length, better: 'lower' as const }
  if (bad.length > 0) return { verdict: 'bad', because: `Node ${name}: ${bad.join(', ')}`, measure }
  return { verdict: 'good', because: `Node ${name} is ready and short of nothing`, measure }
}

function isAnother(uid: string, target: Resource): boolean {
  return target.uid !== undefined && target.uid !== uid
}
