import { type CitableFact, describeResource, type Rule, type RuleFinding } from '@mendkit/core'
import { type Subject, seen, subjectsWith } from './rule-picture.ts'

/**
 * A node that is not ready, or has too little of something, is cordoned, so that nothing new lands there. Not one that is
 * ready again, nor one that is cordoned already. Its kubelet's word alone is not enough: the control plane must keep pods
 * away, or have recorded it, too.
 */
export const nodeInTrouble: Rule = {
  id: 'kubernetes.node-in-trouble',
  description: 'A node that is not ready, or short of memory, disk space or process ids.',
  match({ facts }) {
    for (const subject of subjectsWith(facts, 'node.cordoned')) {
      const finding = inTrouble(subject)
      if (finding !== undefined) return finding
    }
    return undefined
  },
}

function inTrouble({ resource, facts, fact }: Subject): RuleFinding | undefined {
  const readiness = fact('node.ready')
  const unready = readiness !== undefined && readiness.value !== 'True'
  const pressures = facts.filter(({ name }) => /^node\..*-pressure$/.test(name))
  if (!unready && pressures.length === 0) return undefined
  const cordoned = fact('node.cordoned')
  const confirmed = facts.filter((each) => confirms(each, unready, pressures))
  const states = [...(unready ? [`not ready (${readiness.value})`] : []), ...pressures.map(({ name }) => wordOf(name))]
  return {
    seen: seen(unready ? readiness : undefined, fact('node.ready-reason'), ...pressures, ...confirmed, cordoned),
    cause: unready ? 'node-not-ready' : 'node-under-pressure',
    summary: `${describeResource(resource)} is ${states.join(', ')}${cordoned?.value === true ? ', and cordoned already' : ''}.`,
    rootCause: resource,
    actions:
      cordoned?.value === false && confirmed.length > 0
        ? [{ type: 'kubernetes.cordon', params: {}, target: resource }]
        : [],
  }
}

/** Whether another component than the kubelet says the same. */
function confirms({ name, kind }: CitableFact, unready: boolean, pressures: readonly CitableFact[]): boolean {
  if (unready && /^(node\.tainted-(not-ready|unreachable)|event\.node-not-ready)$/.test(name)) return true
  return kind === 'spec' && pressures.some((pressure) => name === pressure.name.replace('node.', 'node.tainted-'))
}

/** `node.memory-pressure` is `under memory pressure`. */
function wordOf(name: string): string {
  return `under ${name.slice('node.'.length).replace('-', ' ')}`
}
