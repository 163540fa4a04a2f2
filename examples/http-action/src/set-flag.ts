import { type Action, defineAction, MendkitError, type Resource } from '@mendkit/core'
import { z } from 'zod'
import type { FlagClient } from './flag-client.ts'

/** A flag as an object that evidence can name and an action can change. */
export function flagResource(name: string): Resource {
  return { cluster: 'default', apiVersion: 'flags/v1', kind: 'Flag', namespace: 'shop', name }
}

/** Switches a flag over HTTP: at most once, only from the version that was previewed, and undone by the same way. */
export function setFlag(client: FlagClient): Action {
  return defineAction({
    type: 'flags.set',
    description: 'Switches a feature flag on or off.',
    risk: 'low',
    undo: 'restore-before',
    params: z.strictObject({ flag: z.string().min(1), on: z.boolean() }),
    target: ({ flag }) => flagResource(flag),
    preview: async ({ params }, { signal }) => {
      const flag = await client.get(params.flag, signal)
      if (flag === undefined) throw new MendkitError('not-found', `there is no flag ${params.flag}`)
      const words = (on: boolean) => (on ? 'on' : 'off')
      return {
        before: { on: flag.on },
        after: { on: params.on },
        guard: flag.etag,
        diff: `${params.flag}: ${words(flag.on)} → ${words(params.on)}`,
        alreadySo: flag.on === params.on,
      }
    },
    execute: ({ params, preview, executionId }, { signal }) =>
      client.put(params.flag, { on: preview.after.on, changeId: executionId }, preview.guard, signal),
    observe: async ({ params, executionId }, { signal }) => {
      const flag = await client.get(params.flag, signal)
      if (flag === undefined) return 'gone'
      return flag.changeId === executionId ? 'applied' : 'not-applied'
    },
    invalidate: ({ params }, { signal }) => client.touch(params.flag, signal),
  })
}
