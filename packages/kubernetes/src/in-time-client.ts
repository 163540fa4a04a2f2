import type { CallContext } from '@mendkit/core'
import type { KubernetesClient, WriteOptions } from './kubernetes-client.ts'

/** The same client, which sends no change that is no longer in time, see `CallContext.assertInTime`. */
export function inTimeClient(client: KubernetesClient): KubernetesClient {
  const check = ({ dryRun }: WriteOptions, context: CallContext) => {
    if (dryRun !== true) context.assertInTime?.()
  }
  return {
    get: (reference, context) => client.get(reference, context),
    list: (selection, context) => client.list(selection, context),
    async create(object, options, context) {
      check(options, context)
      return client.create(object, options, context)
    },
    async patch(reference, patch, options, context) {
      check(options, context)
      return client.patch(reference, patch, options, context)
    },
    async delete(reference, preconditions, options, context) {
      check(options, context)
      await client.delete(reference, preconditions, options, context)
    },
    async evict(pod, preconditions, options, context) {
      check(options, context)
      await client.evict(pod, preconditions, options, context)
    },
    async createEvent(event, options, context) {
      check(options, context)
      await client.createEvent(event, options, context)
    },
    podLogs: (pod, options, context) => client.podLogs(pod, options, context),
    watch: (selection, context) => client.watch(selection, context),
    can: (question, context) => client.can(question, context),
    describe: (context) => client.describe(context),
  }
}
