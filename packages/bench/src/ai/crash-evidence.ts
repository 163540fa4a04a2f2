import { type Evidence, type Investigation, redact } from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { callContext, investigationOf, simulatedCluster } from '@mendkit/testkit'

const web = { cluster: 'bench', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }

/** An incident on a simulated cluster, read as the engine would: twenty pods that crash since the last rollout. */
export async function crashEvidence(): Promise<Investigation> {
  const cluster = simulatedCluster()
  const labels = { app: 'web' }
  cluster.image('shop/app:v2', { behaviour: 'crash', logs: 'panic: no DATABASE_URL' })
  for (const image of ['shop/app:v1', 'shop/app:v2']) {
    cluster.apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: web.name, namespace: web.namespace, labels },
      spec: {
        replicas: 20,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
      },
    })
    cluster.settle()
    cluster.tick(60_000)
  }
  const [source] = kubernetes({ cluster: 'bench', read: cluster }).evidence ?? []
  if (source === undefined) throw new Error('the integration has no evidence')
  const incident = { ...investigationOf().incident, cluster: 'bench', resource: web, openedAt: cluster.now() }
  const evidence: Evidence[] = []
  const texts: Record<string, ReturnType<typeof redact>> = {}
  for (const [index, { tool, input }] of (await source.gather(incident, [], callContext())).entries()) {
    const id = `evi_${index}`
    const reading = await source.tools.find(({ name }) => name === tool)?.read(input, callContext())
    if (reading === undefined) throw new Error(`there is no tool ${tool}`)
    const { facts, resource, text } = reading
    const row = {
      tenant: 't',
      id,
      incidentId: 'inc_1',
      tool,
      input,
      collectedAt: cluster.now(),
      warnings: 0,
      revision: 0,
    }
    evidence.push({ ...row, facts, ...(resource && { resource }) })
    if (text !== undefined) texts[id] = redact(text)
  }
  const tools = source.tools.map(({ name, description, input }) => ({
    name,
    description,
    // A JSON Schema is JSON; the port's type says less.
    input: input['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as never,
  }))
  return investigationOf({
    incident,
    evidence,
    texts,
    tools,
    catalogue: ['kubernetes.rollout-undo', 'kubernetes.scale'],
  })
}
