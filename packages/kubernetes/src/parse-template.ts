import { z } from 'zod'
import type { PodTemplate } from './parse-workload.ts'

const named = z.looseObject({ name: z.string() })
const nullishList = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
const port = z.union([z.number(), z.string()])
const probe = z.looseObject({
  httpGet: z.looseObject({ port }).nullish(),
  tcpSocket: z.looseObject({ port }).nullish(),
})

const containerSchema = z.looseObject({
  ports: nullishList(z.looseObject({ name: z.string().nullish(), containerPort: z.number() })),
  readinessProbe: probe.nullish(),
  envFrom: nullishList(z.looseObject({ configMapRef: named.nullish(), secretRef: named.nullish() })),
  env: nullishList(
    z.looseObject({
      valueFrom: z.looseObject({ configMapKeyRef: named.nullish(), secretKeyRef: named.nullish() }).nullish(),
    }),
  ),
})

const specSchema = z.looseObject({
  containers: nullishList(containerSchema),
  initContainers: nullishList(containerSchema),
  volumes: nullishList(
    z.looseObject({
      configMap: z.looseObject({ name: z.string().nullish() }).nullish(),
      secret: z.looseObject({ secretName: z.string().nullish() }).nullish(),
      persistentVolumeClaim: z.looseObject({ claimName: z.string() }).nullish(),
    }),
  ),
})

/** A ConfigMap or Secret that pods read. */
export interface ConfigReference {
  readonly kind: 'ConfigMap' | 'Secret'
  readonly name: string
}

/** The ConfigMaps and Secrets that pods of this spec read, each once. What has another form reads as none. */
export function configOf(spec: PodTemplate['spec']): readonly ConfigReference[] {
  const { containers, initContainers, volumes } = specSchema.safeParse(spec).data ?? nothing
  const all = [...containers, ...initContainers]
  const maps = [
    ...all.flatMap(({ envFrom }) => envFrom.map(({ configMapRef }) => configMapRef?.name)),
    ...all.flatMap(({ env }) => env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name)),
    ...volumes.map(({ configMap }) => configMap?.name),
  ]
  const secrets = [
    ...all.flatMap(({ envFrom }) => envFrom.map(({ secretRef }) => secretRef?.name)),
    ...all.flatMap(({ env }) => env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name)),
    ...volumes.map(({ secret }) => secret?.secretName),
  ]
  return [...distinct(maps, 'ConfigMap'), ...distinct(secrets, 'Secret')]
}

const nothing: z.output<typeof specSchema> = { containers: [], initContainers: [], volumes: [] }

function distinct(names: readonly (string | null | undefined)[], kind: ConfigReference['kind']): ConfigReference[] {
  return [...new Set(names.filter((name) => typeof name === 'string'))].map((name) => ({ kind, name }))
}

/** The claims that pods of this spec mount. */
export function claimsOf(spec: unknown): readonly string[] {
  const { volumes } = specSchema.safeParse(spec).data ?? nothing
  return [...new Set(volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []))]
}

/** The ports that containers of this spec say they open, by number and by name; empty where none says anything. */
export function portsOf(spec: unknown): ReadonlySet<number | string> {
  const { containers } = specSchema.safeParse(spec).data ?? nothing
  return new Set(
    containers.flatMap(({ ports }) =>
      ports.flatMap(({ name, containerPort }) => [containerPort, name ?? containerPort]),
    ),
  )
}

/** The port of a readiness probe that the container does not say it opens, while it says which it does. */
export function closedProbePort(container: unknown): number | string | undefined {
  const { ports, readinessProbe } = containerSchema.safeParse(container).data ?? {}
  const wanted = readinessProbe?.httpGet?.port ?? readinessProbe?.tcpSocket?.port
  if (ports === undefined || ports.length === 0 || wanted === undefined) return undefined
  return ports.some(({ name, containerPort }) => wanted === containerPort || wanted === name) ? undefined : wanted
}
