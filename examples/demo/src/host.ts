import {
  allowUpTo,
  askAbove,
  createMendkit,
  type Detector,
  type Logger,
  type Mendkit,
  type Notifier,
  onlyInNamespaces,
  type Store,
} from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import type { SimulatedCluster } from '@mendkit/testkit'
import type { Pace } from './pace.ts'
import { actor, reader } from './world/access.ts'

/** What the host program is given. */
export interface HostParts {
  readonly store: Store
  readonly cluster: SimulatedCluster
  readonly monitoring: Detector
  readonly pager: Notifier
  readonly pace: Pace
  readonly log: Logger
}

/** The host program, as it would be for a real cluster, but for the integrations, the notifier and the short times. */
export function createHost({ store, cluster, monitoring, pager, pace, log }: HostParts): Mendkit {
  return createMendkit({
    store,
    autonomy: { default: 'suggest', 'namespace:shop': 'approve' },
    integrations: [
      kubernetes({ cluster: 'demo', namespaces: ['shop'], read: cluster.as(reader), act: cluster.as(actor) }),
      { detectors: [monitoring] },
    ],
    policies: [allowUpTo('low'), askAbove('low'), onlyInNamespaces('shop')],
    notifiers: [pager],
    settings: {
      engine: { sweepMs: pace.sweep },
      correlation: { settleMs: pace.settle },
      diagnosis: { minIntervalMs: pace.settle },
      verification: { soakMs: pace.soak, everyMs: pace.sweep, deadlineMs: 60_000 },
    },
    system: { log },
  })
}
