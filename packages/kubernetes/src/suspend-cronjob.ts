import type { Action } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseForm } from './parse-form.ts'
import { CRON_JOB } from './target.ts'

const cronJobSchema = z.looseObject({ spec: z.looseObject({ suspend: z.boolean().default(false) }) })

/** Lets a CronJob make no further Jobs until it is resumed. Jobs that run already go on. */
export function suspendCronJob(scope: Scope): Action {
  return conditionalPatch(scope, {
    type: 'kubernetes.suspend-cronjob',
    description: 'Lets a CronJob make no further Jobs; those that run go on.',
    risk: 'medium',
    kinds: [CRON_JOB],
    params: z.strictObject({}),
    state: z.strictObject({ suspended: z.boolean() }),
    undo: 'restore-before',
    look: (object) => ({
      before: { suspended: isSuspended(object) },
      after: { suspended: true },
      blastRadius: { resources: [resourceOf(scope, object)], replicas: 0 },
      notes: ['no Job begins until it is resumed; what falls due meanwhile may be made up for then, or not'],
    }),
    changes: (_, { suspended }) => [{ path: ['spec', 'suspend'], to: suspended }],
    said: ({ suspended }) =>
      suspended
        ? { reason: 'MendkitSuspendCronJob', message: 'Suspended: it makes no further Jobs' }
        : { reason: 'MendkitResumeCronJob', message: 'Resumed: it makes Jobs again' },
  })
}

/** Whether a CronJob makes no Jobs. Throws `bad-response`. */
export function isSuspended(object: KubernetesObject): boolean {
  return parseForm(cronJobSchema, object).spec.suspend
}
