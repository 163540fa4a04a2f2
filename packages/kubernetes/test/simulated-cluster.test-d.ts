import type { SimulatedClient, SimulatedCluster } from '@mendkit/testkit'
import { expectTypeOf, test } from 'vitest'
import type { KubernetesClient } from '../src/index.ts'

test('the simulated cluster is a Kubernetes client', () => {
  expectTypeOf<SimulatedCluster>().toExtend<KubernetesClient>()
})

test('testkit knows every method and every field of the client, and no other', () => {
  expectTypeOf<SimulatedClient>().toExtend<KubernetesClient>()
  expectTypeOf<KubernetesClient>().toExtend<SimulatedClient>()
  expectTypeOf<keyof SimulatedClient>().toEqualTypeOf<keyof KubernetesClient>()
})
