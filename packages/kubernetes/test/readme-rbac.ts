import { readFileSync } from 'node:fs'
import { loadAllYaml } from '@kubernetes/client-node'
import type { AccessRule } from '@mendkit/testkit'
import { z } from 'zod'

/** The roles and bindings of the README, bound in `namespace`: what users copy is what tests use. */
export function readmeRbac(namespace: string): string {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const yaml = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(readme)?.[1]
  if (yaml === undefined) throw new Error('the README has no YAML with roles')
  return yaml.replaceAll('namespace: shop', `namespace: ${namespace}`)
}

/** What the README grants on nodes beside. */
export function readmeNodeRbac(): string {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const yaml = /### Permissions for nodes[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readme)?.[1]
  if (yaml === undefined) throw new Error('the README has no YAML with roles for nodes')
  return yaml
}

const roleSchema = z.looseObject({
  kind: z.literal('ClusterRole'),
  metadata: z.looseObject({ name: z.string() }),
  rules: z.array(
    z.strictObject({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }),
  ),
})

/** The rules of a ClusterRole of the README. */
export function readmeRules(name: string): readonly AccessRule[] {
  const roles = loadAllYaml(readmeRbac('shop')).flatMap((document) => roleSchema.safeParse(document).data ?? [])
  const role = roles.find(({ metadata }) => metadata.name === name)
  if (role === undefined) throw new Error(`the README has no role ${name}`)
  return role.rules
}
