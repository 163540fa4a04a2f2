import type { SimulatedRequest } from '@mendkit/testkit'
import type { Scenery } from './scenery.ts'

/** What a cluster's own request log says about everything that was changed on it. */
export interface Judgement {
  /** Requests that changed more than a fence. */
  readonly effects: readonly SimulatedRequest[]
  /** What should not have happened, a sentence each. */
  readonly violations: readonly string[]
}

/**
 * Judges a cluster by its own request log, knowing nothing of what the engine believes. Only one thing may ever have
 * happened: `shop/checkout`, the very object, was returned to the pods that it ran well on, once, and an Event says so.
 */
export function judge(scenery: Scenery): Judgement {
  const { cluster } = scenery
  const wrote = cluster.requests().filter(({ did }) => did !== 'nothing')
  const effects = wrote.filter(({ did }) => did === 'effect')
  const violations = wrote.flatMap((request) => violationOf(scenery, request) ?? [])
  if (effects.length > 1) violations.push(`${effects.length} effects where one is all there is to do`)
  return { effects, violations }
}

function violationOf(scenery: Scenery, request: SimulatedRequest): string | undefined {
  const { verb, target, did, changed } = request
  const what = `${did} by ${verb} on ${target.kind} ${target.namespace}/${target.name}`
  if (did === 'event') return target.namespace === scenery.checkout.namespace ? undefined : what
  const isOurs = target.kind === 'Deployment' && target.namespace === 'shop' && target.name === 'checkout'
  if (!isOurs || verb !== 'patch') return what
  const stray = changed.find((path) => !/^\/(spec\/template|metadata\/annotations)(\/|$)/.test(path))
  if (stray !== undefined) return `${what} changed ${stray}`
  const object = scenery.cluster.find(scenery.checkout)
  if (object?.metadata.uid !== scenery.checkout.uid) return `${what}, which is another object`
  return did === 'effect' && !JSON.stringify(object['spec']).includes(`"${scenery.goodImage}"`)
    ? `${what} led to pods that it never ran well on`
    : undefined
}
