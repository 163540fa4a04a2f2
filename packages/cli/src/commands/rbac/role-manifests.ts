import type { RoleRule } from '@mendkit/kubernetes'

/** A role of one account, in every namespace alike. */
interface AccountRole {
  readonly name: string
  readonly rules: readonly RoleRule[]
}

const group = 'rbac.authorization.k8s.io'

/** Accounts, and in each namespace a Role and its binding for each that may do anything. */
export function roleManifests({
  ownNamespace,
  namespaces,
  roles,
}: {
  readonly ownNamespace: string
  readonly namespaces: readonly string[]
  readonly roles: readonly AccountRole[]
}): readonly object[] {
  const used = roles.filter(({ rules }) => rules.length > 0)
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ownNamespace } },
    ...used.map(({ name }) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace: ownNamespace },
    })),
    ...namespaces.flatMap((namespace) =>
      used.flatMap(({ name, rules }) => {
        const metadata = { name, namespace }
        return [
          { apiVersion: `${group}/v1`, kind: 'Role', metadata, rules },
          {
            apiVersion: `${group}/v1`,
            kind: 'RoleBinding',
            metadata,
            roleRef: { apiGroup: group, kind: 'Role', name },
            subjects: [{ kind: 'ServiceAccount', name, namespace: ownNamespace }],
          },
        ]
      }),
    ),
  ]
}
