import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { kubernetesClient } from '@mendkit/kubernetes'
import { z } from 'zod'
import { fencedCode } from '../../fenced-code.ts'
import type { Testbed } from '../../testbed.ts'
import type { KubeconfigChoice } from '../host/orders.ts'
import { manifestOf, stateOf } from './service.ts'
import type { LaneWorld, World } from './world.ts'

const podList = z.object({ items: z.array(z.unknown()) })

/** The API server of a testbed. The judge of what was done to it is its own audit log. `folder` gets the credentials. */
export function realWorld(testbed: Testbed, folder: string): World {
  let lanes = 0
  let last: Promise<unknown> = Promise.resolve()

  async function openLane(): Promise<LaneWorld> {
    lanes += 1
    const namespaces = { auto: await testbed.createNamespace('auto'), ask: await testbed.createNamespace('ask') }
    const { read, act } = await credentials(Object.values(namespaces), join(folder, `lane-${lanes}`))
    return {
      namespaces,
      access: { through: 'kubeconfig', read, act },
      act: kubernetesClient(act),
      deploy: (namespace, name, version) =>
        testbed.apply(JSON.stringify(manifestOf(namespace, name, version)), namespace),
      async state(namespace, name) {
        const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
        const deployment = await testbed.admin.call(z.unknown(), { path })
        const pods = await testbed.admin.call(podList, { path: `/api/v1/namespaces/${namespace}/pods` })
        return stateOf(name, deployment, pods.items)
      },
      async effects() {
        const found = await Promise.all(Object.values(namespaces).map((namespace) => testbed.effects({ namespace })))
        return found.flatMap(({ effects }) =>
          effects.map(({ executionId, namespace, name }) => ({ executionId, target: `${namespace}/${name}` })),
        )
      },
    }
  }

  /** Makes the accounts of the adapter's README with rights in these namespaces. */
  function credentials(namespaces: readonly string[], prefix: string) {
    async function choice(account: string, rbac: string): Promise<KubeconfigChoice> {
      const { kubeconfigPath, context } = await testbed.credentialsFor(rbac, account, 'mendkit')
      const kubeconfig = `${prefix}-${account}.kubeconfig`
      await copyFile(kubeconfigPath, kubeconfig)
      return { kubeconfig, context }
    }
    // One lane after the other: the accounts are the same for all, and so are the testbed's files for them.
    const made = last.then(async () => {
      const rbac = (await Promise.all(namespaces.map(rolesFor))).join('---\n')
      return { read: await choice('mendkit-read', rbac), act: await choice('mendkit-act', rbac) }
    })
    last = made
    return made
  }

  return { kind: 'real', openLane, close: async () => undefined }
}

/** The roles that the README of the Kubernetes adapter tells users to apply, for this namespace. */
async function rolesFor(namespace: string): Promise<string> {
  const readme = await readFile(new URL('../../../../kubernetes/README.md', import.meta.url), 'utf8')
  const roles = fencedCode(readme, 'yaml').filter((yaml) => yaml.includes('kind: ClusterRole'))
  return roles.join('---\n').replaceAll(/namespace: shop\b/g, `namespace: ${namespace}`)
}
