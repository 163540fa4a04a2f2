export { type KubernetesActionType, kubernetesActionTypes, nodeActionTypes } from './action-types.ts'
export type { Permission as KubernetesPermission } from './catalogue.ts'
export { kubernetesClient } from './client.ts'
export type { HostKubeConfig, KubernetesClientOptions } from './client-options.ts'
export { kubernetes } from './integration.ts'
export type {
  AccessAnswer,
  AccessQuestion,
  ClientDescription,
  JsonPatchOperation,
  KubernetesClient,
  KubernetesObject,
  KubernetesPatch,
  NewEvent,
  NewObject,
  ObjectList,
  ObjectMetadata,
  ObjectReference,
  ObjectSelection,
  OwnerReference,
  PodLogOptions,
  Preconditions,
  WatchEvent,
  WriteOptions,
} from './kubernetes-client.ts'
export { type FailureCause, failureOf, type KubernetesFailure } from './kubernetes-failure.ts'
export {
  leastPermissions,
  type PermissionPlaces,
  permissionPlaces,
  type RoleRule,
  roleRules,
} from './least-permissions.ts'
export type { KubernetesOptions } from './options.ts'
export { kubernetesRules } from './rules.ts'
