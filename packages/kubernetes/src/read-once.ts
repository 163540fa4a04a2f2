import type { KubernetesObject } from './kubernetes-client.ts'

/**
 * Reads each frozen object once: a client that answers frozen objects, as one over a cache does, promises that nothing in
 * them ever changes, down to the last field. Whoever gets the same object again gets what was read of it, so nobody may
 * change that either. Other objects are read every time, and so is one that could not be read.
 */
export function readOnce<Result extends object>(
  read: (object: KubernetesObject) => Result,
): (object: KubernetesObject) => Result {
  const known = new WeakMap<KubernetesObject, Result>()
  return (object) => {
    if (!Object.isFrozen(object)) return read(object)
    const earlier = known.get(object)
    if (earlier !== undefined) return earlier
    const result = read(object)
    known.set(object, result)
    return result
  }
}
