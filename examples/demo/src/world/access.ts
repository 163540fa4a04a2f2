import type { SimulatedUser } from '@mendkit/testkit'

const namespaces = ['shop']

/** May look at the shop, and change nothing. The rules are those of the README of @mendkit/kubernetes. */
export const reader: SimulatedUser = {
  name: 'mendkit-read',
  namespaces,
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['pods/log', 'namespaces'], verbs: ['get'] },
    { apiGroups: [''], resources: ['events'], verbs: ['list'] },
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
    { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['get'] },
  ],
}

/** May patch Deployments, and evict pods. */
export const actor: SimulatedUser = {
  name: 'mendkit-act',
  namespaces,
  rules: [
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  ],
}
