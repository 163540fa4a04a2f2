import { MendkitError, type PlannedAction, type PolicyInput } from '@mendkit/core'

const target = {
  cluster: 'prod',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'checkout',
  uid: 'uid-1',
  labels: { app: 'checkout' },
}

/** A previewed action that every safety policy lets pass, with what is given put over it. */
export function plannedAction(given: Partial<PlannedAction> = {}): PlannedAction {
  return {
    ...{ executionId: 'exe_1', type: 'kubernetes.rollout-undo', params: {}, target, risk: 'low', mintedAt: 0 },
    ...{ before: { revision: 2 }, after: { revision: 1 }, guard: '7', fieldsDigest: 'f', diffDigest: 'd' },
    ...{ dryRun: 'done', lockKeys: ['k'], blastRadius: { resources: [target], replicas: 1 } },
    ...{ reversible: true, fenceable: true, observations: 2, alreadySo: false, managedBy: [], doubts: [] },
    ...given,
  }
}

/**
 * What a policy is given, with what is given put over it: a plan of one harmless action, an empty past that is complete,
 * and no calendar.
 */
export function policyInput(given: Partial<PolicyInput> = {}): PolicyInput {
  return {
    plan: { actions: [plannedAction()] },
    incident: {
      ...{ tenant: 'acme', id: 'inc_1', cluster: 'prod', phase: 'deciding', title: 'PodCrashLooping' },
      ...{ openedAt: 0, relapses: 0 },
    },
    autonomy: 'auto',
    confidence: async () => 0.7,
    calendar: {
      matches: () => {
        throw new MendkitError('config', 'this test has no calendar')
      },
    },
    executions: async () => ({ items: [], complete: true }),
    incidents: async () => ({ items: [], complete: true }),
    now: 0,
    ...given,
  }
}
