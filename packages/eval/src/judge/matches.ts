import { isDeepStrictEqual } from 'node:util'
import type { ProposedAction, Resource } from '@mendkit/core'
import type { FoundHypothesis } from '../play/outcome.ts'
import type { ScenarioEntity, ScenarioTruth } from '../scenario/schema.ts'

/** What is right about a scenario that has a fault. */
export type Fault = Exclude<ScenarioTruth, { noFault: true }>

/** Whether a hypothesis names one of the entities that are right. */
export function namesRootEntity({ rootCause }: FoundHypothesis, { rootEntities }: Fault): boolean {
  return rootCause !== undefined && rootEntities.some((entity) => isEntity(rootCause, entity))
}

/** Whether its cause is an accepted code, or code and summary hold all words of one list. True where the truth names neither. */
export function namesCause({ cause, summary }: FoundHypothesis, { causes, words }: Fault): boolean {
  if (causes.length === 0 && words.length === 0) return true
  const text = `${cause} ${summary}`.toLowerCase()
  return causes.includes(cause) || words.some((list) => list.every((word) => text.includes(word.toLowerCase())))
}

/** Whether one of the actions is the right fix. Params that the truth does not name may be anything. */
export function holdsRightFix(actions: readonly ProposedAction[], fix: NonNullable<Fault['fix']>): boolean {
  return actions.some(({ type, target, params }) => {
    const isTarget = fix.target === undefined || (target !== undefined && isEntity(target, fix.target))
    const wanted = Object.entries(fix.params ?? {})
    return type === fix.type && isTarget && wanted.every(([name, value]) => isDeepStrictEqual(params[name], value))
  })
}

function isEntity(resource: Resource, { apiVersion, kind, namespace, name }: ScenarioEntity): boolean {
  const isNamed = name.endsWith('*') ? resource.name.startsWith(name.slice(0, -1)) : resource.name === name
  const isPlace = isNamed && resource.namespace === namespace
  return isPlace && resource.kind === kind && (apiVersion === undefined || resource.apiVersion === apiVersion)
}
