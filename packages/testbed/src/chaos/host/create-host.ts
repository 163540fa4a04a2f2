import { allowUpTo, askAbove, consoleLogger, createMendkit, defineNotifier, type Mendkit } from '@mendkit/core'
import { type KubernetesClient, kubernetes, kubernetesClient } from '@mendkit/kubernetes'
import { sqlStore } from '@mendkit/sql'
import { drainsNodes } from '../../simulate/drains-nodes.ts'
import type { Peer } from '../peer.ts'
import { chaosSettings } from '../times.ts'
import { driverClient } from './driver-client.ts'
import { between, observedClient, unguardedClient, withoutTests } from './observed-client.ts'
import { observedStore } from './observed-store.ts'
import type { ClusterAccess, HostOrders } from './orders.ts'
import type { Points } from './self-kill.ts'

const withNodes = { nodes: true, actions: ['kubernetes.cordon', 'kubernetes.drain'] } as const

/** A host as in production, but that it can die at every point of its life and tells the driver what became durable. */
export function createHost(orders: HostOrders, points: Points, driver: Peer): Mendkit {
  const { source, access, namespaces, planted, settings = chaosSettings, drains = false } = orders
  const { auto, ask } = namespaces
  const { read, act } = clients(access, driver)
  const unguarded = planted === 'unguarded'
  const observed = observedClient(unguarded ? unguardedClient(act) : act, points, async (reference, patch, options) => {
    await driver.ask('late', reference, unguarded ? withoutTests(patch) : patch, options)
  })
  const cluster = kubernetes({
    cluster: 'chaos',
    namespaces: [auto, ask],
    read,
    act: observed,
    ...(drains && withNodes),
  })
  const checks = (cluster.checks ?? []).map((check) => ({
    ...check,
    check: async (...given: Parameters<typeof check.check>) => {
      await points.reach('during verification')
      return check.check(...given)
    },
  }))
  const pager = defineNotifier({
    id: 'pager',
    send: async ({ dedupeKey }) => between(points, 'notice', () => driver.tell('notice', dedupeKey)),
  })
  const rules = drains ? (cluster.rules ?? []).map(drainsNodes) : cluster.rules
  return createMendkit({
    store: observedStore(sqlStore(source), points, (entries) => driver.tell('committed', entries)),
    autonomy: {
      default: 'suggest',
      [`namespace:${auto}`]: 'auto',
      [`namespace:${ask}`]: 'approve',
      ...(drains && { 'action:kubernetes.drain': 'approve' as const }),
    },
    integrations: [{ ...cluster, checks, ...(rules && { rules }) }],
    policies: [allowUpTo('medium'), askAbove('medium')],
    notifiers: [pager],
    settings,
    system: { log: consoleLogger({ format: 'text', level: 'warn' }) },
  })
}

function clients(
  access: ClusterAccess,
  driver: Peer,
): { readonly read: KubernetesClient; readonly act: KubernetesClient } {
  if (access.through === 'kubeconfig') {
    return { read: kubernetesClient(access.read), act: kubernetesClient(access.act) }
  }
  const client = driverClient(driver)
  return { read: client, act: client }
}
