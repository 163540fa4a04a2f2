/** One way in which an object came to be, and what is said of it. */
export interface OwnershipCase {
  readonly who: string
  /** Field manager that makes the object. */
  readonly manager: string
  /** Server-side apply, or an ordinary write. @default 'Update' */
  readonly operation?: 'Apply'
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  /** Somebody else writes the number of replicas to its subresource `scale` afterwards. */
  readonly scaledBy?: string
  readonly managedBy: readonly string[]
  /** Why it is refused; absent: it is not. */
  readonly refused?: RegExp
  /** What people are warned of; absent: of nothing. */
  readonly warning?: RegExp
}

const lastApplied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }
const helmRelease = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'shop' }

/** Those who write Deployments, as they leave their traces. */
export const ownershipCases: readonly OwnershipCase[] = [
  {
    who: 'Argo CD, by annotation and client-side apply',
    manager: 'argocd-controller',
    metadata: {
      annotations: { ...lastApplied, 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/checkout' },
    },
    managedBy: ['argo-cd'],
    refused: /managed by argo-cd, which would put the change back/,
  },
  {
    who: 'Argo CD, by its field manager alone',
    manager: 'argocd-controller',
    operation: 'Apply',
    managedBy: ['argo-cd'],
    refused: /managed by argo-cd/,
  },
  {
    who: 'the kustomize controller of Flux',
    manager: 'kustomize-controller',
    operation: 'Apply',
    metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } },
    managedBy: ['flux'],
    refused: /managed by flux/,
  },
  {
    who: 'the helm controller of Flux, which is Helm too',
    manager: 'helm-controller',
    metadata: { annotations: helmRelease },
    managedBy: ['flux', 'helm'],
    refused: /managed by flux/,
  },
  {
    who: 'Helm',
    manager: 'helm',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: helmRelease },
    managedBy: ['helm'],
    warning: /Helm deployed this: its next upgrade brings the old value back/,
  },
  {
    who: 'kubectl apply',
    manager: 'kubectl-client-side-apply',
    metadata: { annotations: lastApplied },
    managedBy: ['kubectl'],
    warning: /kubectl applied this: the next apply brings the old value back/,
  },
  {
    who: 'kubectl apply --server-side',
    manager: 'kubectl',
    operation: 'Apply',
    managedBy: ['kubectl'],
    warning: /kubectl applied this/,
  },
  { who: 'kubectl create, which nobody will run again', manager: 'kubectl-create', managedBy: ['kubectl'] },
  { who: 'an autoscaler', manager: 'ci', scaledBy: 'kube-controller-manager', managedBy: ['autoscaler'] },
  { who: 'somebody who scaled it by hand', manager: 'ci', scaledBy: 'kubectl', managedBy: ['kubectl'] },
  { who: 'somebody unknown', manager: 'ci', managedBy: [] },
]
