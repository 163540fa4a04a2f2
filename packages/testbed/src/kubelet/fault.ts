import type { PodContainer } from './pod.ts'

/** What goes wrong with a container. `wedged` is ready at first and then no more, until the pod is replaced. */
export type Fault = 'none' | 'crash' | 'out-of-memory' | 'unready' | 'wedged' | 'unpullable'

/** A fault, and how many of how many pods of one owner have it; absent for all of them. */
export interface FaultRule {
  readonly fault: Fault
  readonly share?: { readonly count: number; readonly of: number }
}

/** Environment variable that says what an image tag says, for a fault that is not the image's. */
export const faultVariable = 'TESTBED_FAULT'

const words: ReadonlyMap<string, Fault> = new Map([
  ['crash', 'crash'],
  ['oom', 'out-of-memory'],
  ['unready', 'unready'],
  ['unpullable', 'unpullable'],
])

/**
 * Reads what shall go wrong with a container from its variable {@link faultVariable}, else from its image's tag.
 *
 * A word between dashes decides: `v2-crash`, `v2-oom`, `v2-unready`, `v2-unpullable`, `v2-partial-1-of-3` (one of three
 * pods crashes, also after it was replaced), `v2-wedged-1-of-3` (one of the first three pods wedges after a while; its
 * replacement does not). Anything else is healthy.
 */
export function faultRuleOf(container: PodContainer): FaultRule {
  const variable = container.env.find((entry) => entry.name === faultVariable)?.value
  const text = variable ?? tagOf(container.image)
  const share = /(partial|wedged)-(\d+)-of-(\d+)/.exec(text)
  if (share) {
    const [, word, count, of] = share
    return { fault: word === 'wedged' ? 'wedged' : 'crash', share: { count: Number(count), of: Number(of) } }
  }
  const fault = text.split('-').flatMap((word) => words.get(word) ?? [])[0]
  return { fault: fault ?? 'none' }
}

function tagOf(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1)
  return name.includes(':') ? name.slice(name.indexOf(':') + 1) : 'latest'
}
