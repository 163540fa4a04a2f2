/*
 * What components of Kubernetes say in words only, as they word it. What cannot be told is undefined: a guess would become a
 * fact.
 */

/** An object that a container needs and the kubelet does not find. */
export interface MissingConfig {
  readonly kind: 'ConfigMap' | 'Secret'
  readonly name: string
  /** Absent: the whole object is missing. */
  readonly key?: string
}

const name = '[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?'
const missingObject = new RegExp(`^(configmap|secret) "(${name})" not found`)
const missingKey = new RegExp(`couldn't find key (\\S{1,253}) in (ConfigMap|Secret) [^/\\s]+/(${name})`)

/** What a container waits for, by the kubelet's words about `CreateContainerConfigError`. */
export function missingConfigIn(message: string): MissingConfig | undefined {
  const whole = missingObject.exec(message)
  if (whole !== null) return { kind: whole[1] === 'secret' ? 'Secret' : 'ConfigMap', name: whole[2] ?? '' }
  const part = missingKey.exec(message)
  if (part === null) return undefined
  return { kind: part[2] === 'Secret' ? 'Secret' : 'ConfigMap', name: part[3] ?? '', key: part[1] ?? '' }
}

const obstacles: readonly (readonly [obstacle: string, words: RegExp])[] = [
  ['untolerated-taint', /untolerated taint|had taint/],
  ['node-affinity', /didn't match Pod's node affinity|didn't match node selector/],
  ['pod-affinity', /didn't match pod (?:anti-)?affinity|topology spread/],
  ['cpu', /Insufficient cpu/],
  ['memory', /Insufficient memory/],
  ['other-resource', /Insufficient (?!cpu|memory)|Too many pods/],
  ['unbound-claim', /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]+" not found/],
  ['volume-placement', /volume node affinity conflict|no available persistent volumes/],
  ['cordoned', /were unschedulable/],
]

/** What keeps a pod off the nodes, by the scheduler's words: a list in an order that stays, or `unknown`. */
export function obstaclesIn(message: string): string {
  const found = obstacles.filter(([, words]) => words.test(message)).map(([obstacle]) => obstacle)
  return found.length === 0 ? 'unknown' : found.join(', ')
}

/** Why an image could not be had, by the words of a failed pull. */
export function pullFailureIn(message: string): 'image-pull-denied' | 'image-not-found' | undefined {
  if (!/pull/i.test(message)) return undefined
  if (/\b40[13]\b|unauthorized|denied|authentication required|no basic auth/i.test(message)) return 'image-pull-denied'
  return /not found|manifest unknown|does not exist|NotFound/.test(message) ? 'image-not-found' : undefined
}

/** Who kept a pod from being made. */
export interface Refusal {
  readonly what: 'quota-exceeded' | 'webhook-failed'
  /** The quota, or the Service that answers for the webhook, where it is named. */
  readonly by?: { readonly namespace?: string; readonly name: string }
}

const quota = new RegExp(`exceeded quota: (${name})`)
const webhookService = new RegExp(`https://(${name.replaceAll('.', '')})\\.(${name.replaceAll('.', '')})\\.svc`)

/** Who refused a pod, by the API server's words. */
export function refusalIn(message: string): Refusal | undefined {
  const exceeded = quota.exec(message)?.[1]
  if (exceeded !== undefined) return { what: 'quota-exceeded', by: { name: exceeded } }
  if (!message.includes('failed calling webhook')) return undefined
  const [, service, namespace] = webhookService.exec(message) ?? []
  return service === undefined || namespace === undefined
    ? { what: 'webhook-failed' }
    : { what: 'webhook-failed', by: { namespace, name: service } }
}
