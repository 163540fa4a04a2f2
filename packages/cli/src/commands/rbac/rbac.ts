import type { Command } from '../../run/command.ts'

/** `mendkit rbac` */
export const rbac: Command = {
  name: 'rbac',
  summary:
    'Prints the least Roles, as YAML for kubectl apply, for exactly these actions in exactly these namespaces, and for nodes a ClusterRole: one service account reads, the other acts. Touches neither store nor cluster.',
  options: {
    actions: {
      type: 'string',
      multiple: true,
      value: 'types',
      says: 'such as kubernetes.scale, with commas between; none, to read alone [default: all but those on nodes, which need a ClusterRole]',
    },
    namespaces: { type: 'string', multiple: true, value: 'names', says: 'where, with commas between' },
    'read-name': { type: 'string', value: 'name', says: 'of the account that reads [default: mendkit-read]' },
    'act-name': { type: 'string', value: 'name', says: 'of the account that acts [default: mendkit-act]' },
    'own-namespace': { type: 'string', value: 'name', says: 'where the accounts live [default: mendkit]' },
  },
  examples: [
    'mendkit rbac --actions kubernetes.rollout-undo --namespaces shop | kubectl apply -f -',
    'mendkit rbac --actions kubernetes.scale,kubernetes.evict-pod --namespaces shop,web',
    'mendkit rbac --actions kubernetes.cordon,kubernetes.drain --namespaces shop',
    'mendkit rbac --actions none --namespaces shop',
  ],
  // Loaded on use: every other command does without it.
  run: async (call) => (await import('./least-roles.ts')).leastRoles(call),
}
