import { kubernetesActionTypes, leastPermissions, nodeActionTypes } from '@mendkit/kubernetes'
import { stringify } from 'yaml'
import type { Answer, Call } from '../../run/command.ts'
import { chosen } from '../../run/page-options.ts'
import { UsageError } from '../../run/usage-error.ts'
import { roleManifests } from './role-manifests.ts'

/** What Kubernetes takes as the name of a namespace, an account or a role. */
const objectName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/

const onNodes: readonly string[] = nodeActionTypes
/** What acts on nodes needs roles of the whole cluster, which nobody gets who has not asked for them by name. */
const inNamespaces = kubernetesActionTypes.filter((type) => !onNodes.includes(type))

/** The manifests for what `mendkit rbac` was asked. */
export async function leastRoles({ args }: Call): Promise<Answer> {
  const isNone = args.names('actions').join() === 'none'
  const given = isNone ? [] : chosen(args, 'actions', kubernetesActionTypes)
  const actions = isNone || given.length > 0 ? given : inNamespaces
  const named = (option: string, otherwise: string) => checkName(option, args.text(option) ?? otherwise)
  const namespaces = [...new Set(args.names('namespaces'))].map((name) => checkName('namespaces', name))
  if (namespaces.length === 0) throw new UsageError('--namespaces is needed: name those that Mendkit shall see')
  const { read, act } = leastPermissions(actions)
  const manifests = roleManifests({
    ownNamespace: named('own-namespace', 'mendkit'),
    namespaces,
    accounts: [
      { name: named('read-name', 'mendkit-read'), permissions: read },
      { name: named('act-name', 'mendkit-act'), permissions: act },
    ],
  })
  return { json: manifests, text: () => manifests.map((one) => stringify(one)).join('---\n') }
}

function checkName(option: string, name: string): string {
  if (objectName.test(name)) return name
  throw new UsageError(`--${option}: ${JSON.stringify(name)} cannot be a name in Kubernetes`)
}
