import {
  allowUpTo,
  askAbove,
  createMendkit,
  type Logger,
  type Mendkit,
  onlyInNamespaces,
  type Store,
} from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { webhookNotifier } from '@mendkit/notify'
import { alertmanagerDetector } from '@mendkit/prometheus'
import type { SimulatedCluster } from '@mendkit/testkit'
import type { Pace } from './pace.ts'
import { actor, reader } from './world/access.ts'
import type { Monitoring } from './world/monitoring.ts'
import type { Pager } from './world/pager.ts'

/** What the host program is given. */
export interface HostParts {
  readonly store: Store
  readonly cluster: SimulatedCluster
  readonly monitoring: Monitoring
  readonly pager: Pager
  readonly pace: Pace
  readonly log: Logger
}

/**
 * The host program, as it would be for a real cluster, but for three lines and the short times: where the cluster, its
 * Alertmanager and the pager are. `story/next-steps.ts` names the three.
 */
export function createHost({ store, cluster, monitoring, pager, pace, log }: HostParts): Mendkit {
  return createMendkit({
    store,
    autonomy: { default: 'suggest', 'namespace:shop': 'approve' },
    integrations: [
      kubernetes({ cluster: 'demo', namespaces: ['shop'], read: cluster.as(reader), act: cluster.as(actor) }),
      { detectors: [alertmanagerDetector(monitoring.alertmanager)] },
    ],
    policies: [allowUpTo('low'), askAbove('low'), onlyInNamespaces('shop')],
    notifiers: [webhookNotifier(pager.webhook)],
    settings: {
      engine: { sweepMs: pace.sweep },
      correlation: { settleMs: pace.settle },
      diagnosis: { minIntervalMs: pace.settle },
      verification: { soakMs: pace.soak, everyMs: pace.sweep, deadlineMs: pace.deadline },
    },
    system: { log },
  })
}
