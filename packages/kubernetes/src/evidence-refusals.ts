import type { Fact, FactKind } from '@mendkit/core'
import { factsAbout } from './facts.ts'
import { refusalIn } from './failure-words.ts'
import type { Scope } from './options.ts'

/** Facts about whatever kept pods from being made, where the words name it: a ResourceQuota, or the Service of a webhook. */
export function refuserFacts(
  { cluster }: Scope,
  namespace: string,
  kind: FactKind,
  messages: readonly string[],
): readonly Fact[] {
  const refusers = new Map(
    messages.flatMap((message) => {
      const { what, by } = refusalIn(message) ?? {}
      return what === undefined || by === undefined ? [] : [[`${what} ${by.namespace}/${by.name}`, { what, by }]]
    }),
  )
  return [...refusers.values()].flatMap(({ what, by }) => {
    const of = what === 'quota-exceeded' ? 'ResourceQuota' : 'Service'
    const list = factsAbout({
      cluster,
      apiVersion: 'v1',
      kind: of,
      namespace: by.namespace ?? namespace,
      name: by.name,
    })
    list.is(`refused.${what}`, kind, true)
    return list.facts
  })
}
