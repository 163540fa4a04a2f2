import { test } from 'vitest'
import { type ClientSubject, holdsTo, kubernetesClientContract, simulatedCluster } from '../../src/index.ts'

async function subject(): Promise<ClientSubject> {
  const cluster = simulatedCluster()
  cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  return {
    client: cluster,
    reader: cluster.as({
      name: 'reader',
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
    }),
    namespace: 'shop',
    create: async (manifest) => cluster.apply(manifest),
    pass: async () => cluster.tick(500),
  }
}

holdsTo(test, 'the simulated cluster', kubernetesClientContract, subject)
