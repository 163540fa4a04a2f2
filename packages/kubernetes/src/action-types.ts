/** Every action type of this package. */
export const kubernetesActionTypes = [
  'kubernetes.rollout-undo',
  'kubernetes.rollout-restart',
  'kubernetes.rollout-pause',
  'kubernetes.rollout-resume',
  'kubernetes.scale',
  'kubernetes.set-autoscaler-bounds',
  'kubernetes.set-resources',
  'kubernetes.set-image',
  'kubernetes.evict-pod',
  'kubernetes.delete-pod',
  'kubernetes.suspend-cronjob',
  'kubernetes.delete-job',
  'kubernetes.rerun-job',
  'kubernetes.cordon',
  'kubernetes.uncordon',
  'kubernetes.drain',
] as const

/** Type of an action of this package. */
export type KubernetesActionType = (typeof kubernetesActionTypes)[number]

/** Those that act on nodes, which no Role of a namespace can allow. */
export const nodeActionTypes = [
  'kubernetes.cordon',
  'kubernetes.uncordon',
  'kubernetes.drain',
] as const satisfies KubernetesActionType[]

const onNodes: readonly KubernetesActionType[] = nodeActionTypes

/** Whether an action acts on nodes. */
export function actsOnNodes(type: KubernetesActionType): boolean {
  return onNodes.includes(type)
}
