/** One rule of a Role or ClusterRole, as in its manifest. */
export interface AccessRule {
  readonly apiGroups: readonly string[]
  /** Plurals, and subresources such as `pods/eviction`. */
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[] | undefined
}

/** A user of the simulated cluster. */
export interface SimulatedUser {
  /** @default 'simulated-admin' */
  readonly name?: string
  /** Absent: everything is allowed. */
  readonly rules?: readonly AccessRule[]
  /** Namespaces in which the rules hold. Absent: in all, and for objects in none. */
  readonly namespaces?: readonly string[]
}

/** One question of authorisation, in the API server's words. */
export interface AccessRequest {
  readonly verb: string
  readonly group: string
  /** Plural, with `/subresource` where there is one. */
  readonly resource: string
  readonly namespace: string | undefined
  readonly name: string | undefined
}

/** Whether the user may do this. */
export function isAllowed(user: SimulatedUser, request: AccessRequest): boolean {
  if (user.rules === undefined) return true
  const { namespaces } = user
  if (namespaces !== undefined && (request.namespace === undefined || !namespaces.includes(request.namespace))) {
    return false
  }
  return user.rules.some(
    (rule) =>
      covers(rule.apiGroups, request.group) &&
      covers(rule.resources, request.resource) &&
      covers(rule.verbs, request.verb) &&
      (rule.resourceNames === undefined || (request.name !== undefined && rule.resourceNames.includes(request.name))),
  )
}

function covers(allowed: readonly string[], wanted: string): boolean {
  return allowed.includes('*') || allowed.includes(wanted)
}
