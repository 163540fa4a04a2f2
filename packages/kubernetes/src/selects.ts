import type { z } from 'zod'
import type { selectorSchema } from './parse-workload.ts'

/** Whether a label selector matches these labels. An operator that is not known matches, so that nothing is missed. */
export function selects(
  { matchLabels = {}, matchExpressions = [] }: z.output<typeof selectorSchema>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const has = Object.hasOwn(labels, key)
      const listed = values.includes(labels[key] ?? '')
      if (operator === 'In') return has && listed
      if (operator === 'NotIn') return !has || !listed
      if (operator === 'Exists') return has
      return operator === 'DoesNotExist' ? !has : true
    })
  )
}
