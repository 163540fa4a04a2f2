import { z } from 'zod'
import type { PlannedAction } from '../../model/plan.ts'
import type { PolicyScope } from '../../model/policy-scope.ts'
import { once } from '../../once.ts'
import { word, words } from './read.ts'
import { namespacesOf } from './scope.ts'

/** What `appliesTo` of a policy may be. An empty list would apply to nothing, and silence a policy that denies. */
export const policyScopeSchema = once(() =>
  z
    .strictObject({
      actionTypes: words.exactOptional(),
      namespaces: words.exactOptional(),
      kinds: words.exactOptional(),
      labels: z
        .custom<object>(isRecord, 'expected labels with lists of values')
        .pipe(z.record(word, z.array(z.string()).min(1)))
        .refine((labels) => Object.keys(labels).length > 0, 'name a label at least')
        .exactOptional(),
    })
    .refine((scope) => Object.keys(scope).length > 0, 'give a field at least, or leave `appliesTo` out'),
)

/** Whether a plan of these actions is one that a policy has a say in. */
export type AppliesTo = (actions: readonly PlannedAction[]) => boolean

/** Reads a scope once, as it is now. */
export function readScope({ actionTypes, namespaces, kinds, labels }: PolicyScope): AppliesTo {
  const [types, places, ofKinds] = [actionTypes, namespaces, kinds].map((values) => values && [...values])
  const wanted = Object.entries(labels ?? {}).map(([key, values]) => ({ key, values: [...values] }))
  const meets = (action: PlannedAction) =>
    (types === undefined || types.includes(action.type)) &&
    (ofKinds === undefined || ofKinds.includes(action.target.kind)) &&
    wanted.every(({ key, values }) => isOneOf(values, action.target.labels, key)) &&
    (places === undefined || namespacesOf(action).some((namespace) => places.includes(namespace)))
  return (actions) => actions.some(meets)
}

function isOneOf(values: readonly string[], labels: Readonly<Record<string, string>>, key: string): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  return value !== undefined && values.includes(value)
}

/** A schema of records passes `__proto__` by unchecked, and no label is named like that. */
function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Object.hasOwn(value, '__proto__')
}
