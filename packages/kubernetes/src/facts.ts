import type { Fact, FactKind, Resource } from '@mendkit/core'

/** Collects facts about one resource. */
export interface FactList {
  readonly facts: readonly Fact[]
  /** Adds a fact that must be equal when read again. Undefined values are left out. */
  is(name: string, kind: FactKind, value: Fact['value'] | undefined, observedAt?: string): void
  /** Adds a count that may only rise. Zero is left out, because nothing can rest on it. */
  atLeast(name: string, kind: FactKind, count: number, observedAt?: string): void
}

/** An empty list of facts about `resource`. */
export function factsAbout(resource: Resource): FactList {
  const facts: Fact[] = []
  const time = (observedAt: string | undefined) => (observedAt === undefined ? {} : { observedAt })
  return {
    facts,
    is(name, kind, value, observedAt) {
      if (value !== undefined) facts.push({ name, kind, value, resource, ...time(observedAt) })
    },
    atLeast(name, kind, count, observedAt) {
      if (count > 0) facts.push({ name, kind, value: count, resource, holds: 'at-least', ...time(observedAt) })
    },
  }
}
