import type { SimulatedUser } from '@mendkit/testkit'

const namespaces = ['shop']

/** May look at the shop, and change nothing. The rules are those of the README of @mendkit/kubernetes. */
export const reader: SimulatedUser = {
  name: 'mendkit-read',
  namespaces,
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['pods/log', 'namespaces'], verbs: ['get'] },
    { apiGroups: [''], resources: ['events', 'resourcequotas', 'limitranges'], verbs: ['list'] },
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
    { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: ['list'] },
    { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['get', 'list'] },
    { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['get'] },
  ],
}

/** May patch workloads and autoscalers, and evict pods. */
export const actor: SimulatedUser = {
  name: 'mendkit-act',
  namespaces,
  rules: [
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['patch'] },
    { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  ],
}
