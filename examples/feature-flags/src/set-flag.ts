import { type Action, defineAction } from '@mendkit/core'
import { z } from 'zod'
import type { FlagService } from './flag-service.ts'
import { flagResource } from './resources.ts'

/**
 * Switches a flag, at most once and only from the version that was previewed. The execution's id is written with it, so
 * that a lost reply can be told from a lost request; `invalidate` makes a request that is still under way fail.
 */
export function setFlag(flags: FlagService): Action {
  return defineAction({
    type: 'flags.set',
    description: 'Switches a feature flag on or off.',
    risk: 'low',
    undo: 'restore-before',
    params: z.strictObject({ flag: z.string(), on: z.boolean() }),
    target: ({ flag }) => flagResource({ name: flag }),
    preview: async ({ params }) => {
      const { name, on, team, version } = flags.get(params.flag)
      return {
        before: { on },
        after: { on: params.on },
        guard: version,
        target: { ...flagResource({ name }), labels: { team } },
        diff: `${name}: ${on ? 'on' : 'off'} → ${params.on ? 'on' : 'off'}`,
      }
    },
    execute: async ({ params, preview, executionId }) =>
      flags.set(params.flag, preview.after.on, { ifVersion: preview.guard, by: executionId }),
    observe: async ({ params, executionId }) =>
      flags.get(params.flag).writtenBy === executionId ? 'applied' : 'not-applied',
    invalidate: async ({ params }) => flags.touch(params.flag),
  })
}
