import { MendkitError } from '@mendkit/core'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import type { KubeApi } from './kube-api.ts'

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})
type Manifest = z.infer<typeof manifestSchema>

const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
})

/** Reads the objects of a YAML text. Throws `invalid` for a document that is not a Kubernetes object with a name. */
export function parseManifests(yaml: string): readonly Manifest[] {
  const documents = parseAllDocuments(yaml)
  return documents.flatMap((document, index) => {
    const problem = document.errors[0]
    if (problem) throw new MendkitError('invalid', `YAML document ${index + 1}: ${problem.message}`, { cause: problem })
    const content: unknown = document.toJS()
    if (content === null) return []
    const manifest = manifestSchema.safeParse(content)
    if (manifest.success) return [manifest.data]
    throw new MendkitError('invalid', `YAML document ${index + 1} is not a Kubernetes object`, {
      cause: manifest.error,
    })
  })
}

/**
 * Applies every object of a YAML text, in order, by server-side apply.
 *
 * An object without a namespace goes into `namespace`. Throws `unsupported` for a kind that the API server does not
 * serve, and what {@link KubeApi.call} throws.
 */
export async function applyYaml(api: KubeApi, yaml: string, namespace = 'default'): Promise<void> {
  for (const manifest of parseManifests(yaml)) {
    const { apiVersion, kind, metadata } = manifest
    const prefix = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const { resources } = await api.call(resourcesSchema, { path: prefix })
    const resource = resources.find((each) => each.kind === kind && !each.name.includes('/'))
    if (!resource) throw new MendkitError('unsupported', `the API server serves no ${kind} of ${apiVersion}`)
    const scope = resource.namespaced ? `/namespaces/${metadata.namespace ?? namespace}` : ''
    await api.call(z.unknown(), {
      method: 'PATCH',
      path: `${prefix}${scope}/${resource.name}/${metadata.name}?fieldManager=testbed&force=true`,
      contentType: 'application/apply-patch+yaml',
      body: manifest,
    })
  }
}
