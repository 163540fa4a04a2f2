import { describeResource, type Rule } from '@mendkit/core'
import { kebab } from './kebab.ts'
import { rollBack } from './rule-bad-rollout.ts'
import { factsOfPods, picturesOf, seen } from './rule-picture.ts'

/** Pods that cannot start for want of a ConfigMap, a Secret or a key of one: rolled back when that came with a rollout. */
export const missingConfig: Rule = {
  id: 'kubernetes.config-missing',
  description: 'Containers that cannot start because a ConfigMap, a Secret or a key of one is missing.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const missing = factsOfPods(view, picture).find(({ name }) => name === 'config.missing')
      if (missing?.resource === undefined) continue
      const { kind, name } = missing.resource
      const read = picture.fact(`workload.reads.${kebab(kind)}.${name}`)
      const symptoms = [missing, read]
      const what = missing.value === 'object' ? 'is missing' : `has no ${missing.value}`
      const summary = `${describeResource(picture.resource)} cannot start: ${describeResource(missing.resource)} ${what}.`
      const rolledBack = rollBack(picture, `a start without ${kind} ${name}`, symptoms)
      const found = { cause: 'config-missing', summary, rootCause: missing.resource }
      return rolledBack === undefined ? { seen: seen(...symptoms), ...found } : { ...rolledBack, ...found }
    }
    return undefined
  },
}
