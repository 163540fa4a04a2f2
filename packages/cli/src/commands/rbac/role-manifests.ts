import { type KubernetesPermission, permissionPlaces, roleRules } from '@mendkit/kubernetes'

/** What one account may do. */
interface Account {
  readonly name: string
  readonly permissions: readonly KubernetesPermission[]
}

type RoleKind = 'Role' | 'ClusterRole'

interface RoleMetadata {
  readonly name: string
  readonly namespace?: string
}

const group = 'rbac.authorization.k8s.io'

/**
 * Accounts, and for each that may do anything a Role and its binding in each namespace. Where nodes need it, a ClusterRole
 * beside, and a Role in the namespace of their Events.
 */
export function roleManifests({
  ownNamespace,
  namespaces,
  accounts,
}: {
  readonly ownNamespace: string
  readonly namespaces: readonly string[]
  readonly accounts: readonly Account[]
}): readonly object[] {
  const used = accounts
    .filter(({ permissions }) => permissions.length > 0)
    .map(({ name, permissions }) => ({ name, places: permissionPlaces(permissions) }))
  const roleOf = (kind: RoleKind, account: string, metadata: RoleMetadata) =>
    granted(kind, { name: account, namespace: ownNamespace }, metadata)
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ownNamespace } },
    ...used.map(({ name }) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace: ownNamespace },
    })),
    ...namespaces.flatMap((namespace) =>
      used.flatMap(({ name, places }) => roleOf('Role', name, { name, namespace })(places.namespaces)),
    ),
    ...used.flatMap(({ name, places }) => [
      ...roleOf('ClusterRole', name, { name: `${name}-nodes` })(places.cluster),
      ...[...places.named].flatMap(([namespace, permissions]) =>
        roleOf('Role', name, { name: `${name}-node-events`, namespace })(permissions),
      ),
    ]),
  ]
}

/** A role of these permissions and its binding to an account; nothing where there are none. */
function granted(
  kind: RoleKind,
  account: { readonly name: string; readonly namespace: string },
  metadata: RoleMetadata,
): (permissions: readonly KubernetesPermission[]) => readonly object[] {
  return (permissions) =>
    permissions.length === 0
      ? []
      : [
          { apiVersion: `${group}/v1`, kind, metadata, rules: roleRules(permissions) },
          {
            apiVersion: `${group}/v1`,
            kind: `${kind}Binding`,
            metadata,
            roleRef: { apiGroup: group, kind, name: metadata.name },
            subjects: [{ kind: 'ServiceAccount', ...account }],
          },
        ]
}
