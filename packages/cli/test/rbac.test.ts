import { readFileSync } from 'node:fs'
import { loadAllYaml } from '@kubernetes/client-node'
import { kubernetesActionTypes, leastPermissions, nodeActionTypes, roleRules } from '@mendkit/kubernetes'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { mendkit, mendkitJson } from './support/run-cli.ts'

const manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})

const rbac = async (...args: readonly string[]) => {
  const { code, out, error } = await mendkit('rbac', ...args)
  expect([code, error]).toEqual([0, ''])
  return z.array(manifest).parse(loadAllYaml(out))
}

test('prints the least roles of an action in each namespace, with their accounts and bindings', async () => {
  const printed = await rbac('--actions', 'kubernetes.scale', '--namespaces', 'shop,web')
  const named = printed.map(({ kind, metadata }) => `${kind} ${[metadata.namespace, metadata.name].join('/')}`)
  const roles = ['shop', 'web'].flatMap((namespace) =>
    ['mendkit-read', 'mendkit-act'].flatMap((name) => [
      `Role ${namespace}/${name}`,
      `RoleBinding ${namespace}/${name}`,
    ]),
  )
  const accounts = ['ServiceAccount mendkit/mendkit-read', 'ServiceAccount mendkit/mendkit-act']
  expect(named).toEqual(['Namespace /mendkit', ...accounts, ...roles])
  const { read, act } = leastPermissions(['kubernetes.scale'])
  const rulesOf = (name: string) => printed.filter((one) => one.kind === 'Role' && one.metadata.name === name)
  for (const role of rulesOf('mendkit-read')) expect(role).toMatchObject({ rules: roleRules(read) })
  for (const role of rulesOf('mendkit-act')) expect(role).toMatchObject({ rules: roleRules(act) })
  expect(rulesOf('mendkit-act')[0]).toMatchObject({
    rules: [
      { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['patch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create'] },
    ],
  })
})

test('takes names for the accounts and where they live, and prints the same as JSON', async () => {
  const names = ['--read-name', 'eyes', '--act-name', 'hands', '--own-namespace', 'ops', '--namespaces', 'shop']
  const printed = await rbac(...names)
  const bindings = printed.filter(({ kind }) => kind === 'RoleBinding')
  expect(bindings).toMatchObject([
    { roleRef: { kind: 'Role', name: 'eyes' }, subjects: [{ kind: 'ServiceAccount', name: 'eyes', namespace: 'ops' }] },
    {
      roleRef: { kind: 'Role', name: 'hands' },
      subjects: [{ kind: 'ServiceAccount', name: 'hands', namespace: 'ops' }],
    },
  ])
  const onNodes: readonly string[] = nodeActionTypes
  const all = kubernetesActionTypes.filter((type) => !onNodes.includes(type)).join(',')
  expect(await mendkitJson('rbac', ...names, '--actions', all)).toEqual(JSON.parse(JSON.stringify(printed)))
})

test('for nodes there are a ClusterRole and a Role where their Events are beside, as the README of the adapter has them', async () => {
  const printed = await rbac(
    '--actions',
    'kubernetes.cordon,kubernetes.uncordon,kubernetes.drain',
    '--namespaces',
    'shop',
  )
  const readme = readFileSync(new URL('../../kubernetes/README.md', import.meta.url), 'utf8')
  const yaml = /### Permissions for nodes[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readme)?.[1]
  const expected = z.array(manifest).parse(loadAllYaml(yaml ?? ''))
  expect(expected.length).toBeGreaterThan(0)
  const beside = printed.filter(({ metadata }) => metadata.name.includes('-node'))
  expect(beside).toHaveLength(expected.length)
  expect(beside).toEqual(expect.arrayContaining(expected))
  const roles = printed.filter(({ kind, metadata }) => kind === 'Role' && metadata.namespace === 'shop')
  expect(JSON.stringify(roles)).toContain('pods/eviction')
  expect(JSON.stringify(roles)).not.toContain('nodes')
})

test('without actions there is no account to act', async () => {
  const printed = await rbac('--actions', 'none', '--namespaces', 'shop')
  expect(printed.filter(({ metadata }) => metadata.name === 'mendkit-act')).toEqual([])
  expect(printed.map(({ kind }) => kind)).toEqual(['Namespace', 'ServiceAccount', 'Role', 'RoleBinding'])
})
