import { MendkitError } from '@mendkit/core'
import type { KubernetesClient } from '@mendkit/kubernetes'
import type { Peer } from '../peer.ts'

/** A client of the cluster that lives in the driver. A call that the caller aborts is carried out all the same, as on a network. */
export function driverClient(driver: Peer): KubernetesClient {
  async function call<Result>(method: string, args: readonly unknown[], signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      // The driver answers with what the same method of its cluster answered.
      return (await Promise.race([driver.ask('cluster', method, args), aborted.promise])) as Result
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
  return {
    get: (reference, { signal }) => call('get', [reference], signal),
    list: (selection, { signal }) => call('list', [selection], signal),
    create: (object, options, { signal }) => call('create', [object, options], signal),
    patch: (reference, patch, options, { signal }) => call('patch', [reference, patch, options], signal),
    delete: (reference, preconditions, options, { signal }) =>
      call('delete', [reference, preconditions, options], signal),
    evict: (pod, preconditions, options, { signal }) => call('evict', [pod, preconditions, options], signal),
    createEvent: (event, options, { signal }) => call('createEvent', [event, options], signal),
    podLogs: (pod, options, { signal }) => call('podLogs', [pod, options], signal),
    can: (question, { signal }) => call('can', [question], signal),
    describe: ({ signal }) => call('describe', [], signal),
    watch() {
      throw new MendkitError('unsupported', 'no host of a chaos run watches: poll instead')
    },
  }
}
