import { readFileSync } from 'node:fs'

/** The roles and bindings of the README, bound in `namespace`: what users copy is what tests use. */
export function readmeRbac(namespace: string): string {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const yaml = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(readme)?.[1]
  if (yaml === undefined) throw new Error('the README has no YAML with roles')
  return yaml.replaceAll('namespace: shop', `namespace: ${namespace}`)
}
