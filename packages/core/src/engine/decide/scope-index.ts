import { namespacesOf } from '../../builtin/policies/scope.ts'
import type { PlannedAction } from '../../model/plan.ts'
import type { PolicyScope } from '../../model/policy-scope.ts'

/** Places of scopes, by a value that an action has when it meets them. Maps, because a value may be named like anything. */
type Places = Map<string, number[]>

interface Index {
  readonly types: Places
  readonly kinds: Places
  readonly namespaces: Places
  readonly labels: Map<string, Places>
}

/** Where a scope may stand: an action that meets it has one of the values. */
interface Choice {
  readonly places: Places
  readonly values: readonly string[]
}

/**
 * Finds the scopes that a plan may meet: whatever it meets is among them. Each scope stands under the one field whose values
 * the fewest others ask for, so that thousands which differ in a label alone are told apart by it. `undefined` is no scope.
 */
export function scopeIndex(
  scopes: readonly (PolicyScope | undefined)[],
): (actions: readonly PlannedAction[]) => readonly number[] {
  const asked = emptyIndex()
  const choices = scopes.map((scope) => (scope === undefined ? [] : choicesOf(scope, asked)))
  for (const [place, each] of choices.entries()) for (const choice of each) enter(choice, place)
  const crowds = choices.map((each) => each.map(crowdOf))
  const index = emptyIndex()
  for (const [place, scope] of scopes.entries()) {
    if (scope === undefined) continue
    const crowd = crowds[place] ?? []
    const fewest = choicesOf(scope, index)[crowd.indexOf(Math.min(...crowd))]
    if (fewest !== undefined) enter(fewest, place)
  }
  return (actions) => placesOf(index, actions)
}

function emptyIndex(): Index {
  return { types: new Map(), kinds: new Map(), namespaces: new Map(), labels: new Map() }
}

/** The fields of a scope, in a fixed order. */
function choicesOf({ actionTypes, namespaces, kinds, labels }: PolicyScope, index: Index): readonly Choice[] {
  const choices: Choice[] = Object.entries(labels ?? {}).map(([key, values]) => {
    const places: Places = index.labels.get(key) ?? new Map()
    index.labels.set(key, places)
    return { places, values }
  })
  if (namespaces !== undefined) choices.push({ places: index.namespaces, values: namespaces })
  if (kinds !== undefined) choices.push({ places: index.kinds, values: kinds })
  if (actionTypes !== undefined) choices.push({ places: index.types, values: actionTypes })
  return choices
}

function enter({ places, values }: Choice, place: number): void {
  for (const value of new Set(values)) {
    const known = places.get(value)
    if (known === undefined) places.set(value, [place])
    else known.push(place)
  }
}

/** How many scopes ask for one of the values, all told. */
function crowdOf({ places, values }: Choice): number {
  return values.reduce((sum, value) => sum + (places.get(value)?.length ?? 0), 0)
}

function placesOf({ types, kinds, namespaces, labels }: Index, actions: readonly PlannedAction[]): readonly number[] {
  const found: (readonly number[])[] = []
  const add = (places: readonly number[] | undefined) => {
    if (places !== undefined) found.push(places)
  }
  for (const action of actions) {
    const { type, target } = action
    add(types.get(type))
    add(kinds.get(target.kind))
    if (namespaces.size > 0) for (const namespace of namespacesOf(action)) add(namespaces.get(namespace))
    if (labels.size > 0)
      for (const key of Object.keys(target.labels)) add(labels.get(key)?.get(target.labels[key] ?? ''))
  }
  return found.length > 1 ? [...new Set(found.flat())] : (found[0] ?? [])
}
