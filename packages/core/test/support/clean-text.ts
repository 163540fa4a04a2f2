import { drawn } from './secret-corpus.ts'

const hashLetters = 'bcdfghjklmnpqrstvwxz2456789'

/** A name as controllers generate it: `checkout-7d4b9c6f5d-x2xkq`. */
function podName(seed: string): string {
  const letters = (length: number, salt: string) =>
    [...drawn(`${seed}/${salt}`, 'hex', length * 2).matchAll(/../g)]
      .map(([byte]) => hashLetters[Number.parseInt(byte, 16) % 27])
      .join('')
  return `checkout-${letters(10, 'set')}-${letters(5, 'pod')}`
}

function uid(seed: string): string {
  const hex = drawn(seed, 'hex', 32)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}

const forms: readonly ((seed: string, n: number) => string)[] = [
  (seed) => `${podName(seed)}   1/1   Running   0   3d4h   10.244.2.19   node-3   <none>   <none>`,
  (seed) => `  uid: ${uid(seed)}`,
  (_, n) => `  resourceVersion: "${184_467 + n}"`,
  (seed) => `    Image ID:  registry.example/shop/checkout@sha256:${drawn(seed, 'hex', 64)}`,
  (seed) => `    Container ID:  containerd://${drawn(seed, 'hex', 64)}`,
  (seed) =>
    `{"kind":"Pod","metadata":{"name":"${podName(seed)}","namespace":"shop","uid":"${uid(seed)}","resourceVersion":"1${drawn(seed, 'digits', 6)}"}}`,
  (seed) => `pod-template-hash=${drawn(seed, 'lower', 10)}`,
  (seed, n) =>
    `Warning  BackOff  ${n}s (x${n} over 10m)  kubelet  Back-off restarting failed container app in pod ${podName(seed)}_shop(${uid(seed)})`,
  (seed) =>
    `Normal  Pulled  kubelet  Successfully pulled image "registry.example/shop/checkout:v1.4.2" in 1.2s, digest sha256:${drawn(seed, 'hex', 64)}`,
  (seed) => `event/${podName(seed)}.${drawn(seed, 'hex', 16)} created`,
  (seed) => `commit ${drawn(seed, 'hex', 40)} deployed by Argo CD, revision ${drawn(seed, 'hex', 7)}`,
  (seed) =>
    `2026-01-02T03:04:05.678Z level=info trace_id=${drawn(seed, 'hex', 32)} span_id=${drawn(`${seed}/s`, 'hex', 16)} msg="served" ms=12`,
  (_, n) =>
    `E0102 03:04:05.678901       1 reflector.go:${n}] failed to list *v1.ConfigMap: the server has asked for the client to provide credentials`,
  (seed) => `  cpu: 250m\n  memory: 512Mi\n  ephemeral-storage: 1Gi # ${drawn(seed, 'hex', 7)}`,
  (_, n) =>
    `http_requests_total{code="500",handler="/cart",instance="10.244.${n % 255}.19:8080",job="checkout"} ${n}.5`,
  (_, n) => `dial tcp 10.96.${n % 255}.9:5432: connect: connection refused`,
  (_, n) => `dial tcp [fd00:10:244::${n}]:5432: i/o timeout`,
  () => 'MountVolume.SetUp failed for volume "certs" : secret "shop-tls" not found',
  () => 'Failed to pull image: rpc error: code = Unknown desc = unauthorized: authentication required',
  () => 'Error: container has runAsNonRoot and image will run as root (pod: "x", container: app)',
  (seed) =>
    `Mounts: /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-${drawn(seed, 'lower', 5)} (ro)`,
  (seed) => `Controlled By:  ReplicaSet/${podName(seed).slice(0, -6)}`,
  () => 'imagePullSecrets:\n- name: regcred',
  () => 'env:\n- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: shop-db\n      key: password',
  () => "      DB_PASSWORD:  <set to the key 'password' in secret 'shop-db'>  Optional: false",
  () => 'volumes:\n- name: certs\n  secret:\n    secretName: shop-tls\n    defaultMode: 420',
  () => '- --tls-private-key-file=/etc/kubernetes/pki/apiserver.key',
  () => 'serviceAccountName: shop-reader\nautomountServiceAccountToken: false',
  () => 'password:  8 bytes\nusername:  5 bytes',
  () => 'Tokens:              default-token-x2xkq\nMountable secrets:   regcred',
  () =>
    'secrets is forbidden: User "system:serviceaccount:shop:default" cannot list resource "secrets" in API group ""',
  () => "Access denied for user 'bob'@'10.244.2.19' (using password: YES)",
  () => 'usage: inputTokens=4096 outputTokens=512 max_tokens: 1024 tokens: 5632',
  (seed) =>
    `etcdserver: request timed out, member ${drawn(seed, 'hex', 16)}, term 7, index 1${drawn(seed, 'digits', 6)}`,
  (seed) => `pvc-${uid(seed)}   10Gi   RWO   Delete   Bound   shop/data   gp3   41d`,
  (seed) =>
    `Node ip-10-0-${seed.length}-17.eu-central-1.compute.internal, i-0${drawn(seed, 'hex', 16)}, vol-0${drawn(`${seed}/v`, 'hex', 16)}`,
  () => 'sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{container!=""}[5m])) > 0.9',
  () =>
    '  - alert: KubePodCrashLooping\n    expr: max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m]) >= 1',
  () => 'See https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubedeploymentreplicasmismatch',
  () =>
    '\tat org.springframework.boot.autoconfigure.security.oauth2.resource.OAuth2ResourceServerAutoConfiguration.<init>(OAuth2ResourceServerAutoConfiguration.java:47)',
]

/** Clean text of a cluster, so many lines of every kind, with other ids in each. */
export function cleanText(copies: number): readonly string[] {
  return Array.from({ length: copies }, (_, copy) =>
    forms.map((form, at) => form(`clean/${copy}/${at}`, copy + 1)),
  ).flat()
}
