import { setTimeout as delay } from 'node:timers/promises'
import { connectTestbed } from '@mendkit/testbed'
import {
  type ClientSubject,
  holdsTo,
  kubernetesClientContract,
  playRandomOperations,
  simulatedCluster,
} from '@mendkit/testkit'
import { expect, inject, test } from 'vitest'
import { kubernetesClient } from '../src/index.ts'
import { readmeRbac } from './readme-rbac.ts'

const description = inject('testbed')

if (description === undefined) {
  test('the client on a real API server', (context) => {
    context.skip('needs servers')
  })
} else {
  const testbed = connectTestbed(description)
  const client = kubernetesClient({ kubeconfig: description.kubeApi.adminKubeconfigPath })

  const real = async (): Promise<ClientSubject> => {
    const namespace = await testbed.createNamespace('client')
    const { kubeconfigPath } = await testbed.credentialsFor(readmeRbac(namespace), 'mendkit-read', 'mendkit')
    return {
      client,
      reader: kubernetesClient({ kubeconfig: kubeconfigPath }),
      namespace,
      create: (manifest) => testbed.apply(JSON.stringify(manifest), namespace),
      pass: () => delay(100),
    }
  }
  const simulated = async (): Promise<ClientSubject> => {
    const cluster = simulatedCluster()
    cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
    return {
      client: cluster,
      reader: cluster,
      namespace: 'shop',
      create: async (manifest) => cluster.apply(manifest),
      pass: async () => cluster.tick(100),
    }
  }

  holdsTo(test, 'the client on a real API server', kubernetesClientContract, real)

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'the simulated cluster answers %i-seeded random operations as the real one does',
    async (seed) => {
      expect(await playRandomOperations(simulated, seed, 60)).toEqual(await playRandomOperations(real, seed, 60))
    },
  )
}
