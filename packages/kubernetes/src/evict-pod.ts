import type { Action } from '@mendkit/core'
import type { Scope } from './options.ts'
import { podRemoval } from './pod-removal.ts'

/**
 * Evicts one pod that a controller will replace, through the eviction API, so that disruption budgets are honoured. Its
 * risk is low: another pod takes its place. A pod that is gone cannot be brought back, so an undo calls a person. When the
 * answer is lost and the pod is gone, nobody can tell whether through this eviction, and it says so.
 */
export function evictPod(scope: Scope): Action {
  return podRemoval(scope, {
    type: 'kubernetes.evict-pod',
    description: 'Evicts one pod; its controller makes another.',
    risk: 'low',
    undo: 'restore-before',
    done: 'evicted',
    said: { reason: 'MendkitEvictPod', message: 'Evicted, so that its controller makes another' },
    remove: (client, pod, guard, options, context) => client.evict(pod, guard, options, context),
  })
}
