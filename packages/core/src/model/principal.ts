/** Who gives a command. `via` says how the host learned who it is, such as `oidc`, `slack` or `in-process`. */
export interface Principal {
  readonly id: string
  readonly roles: readonly string[]
  readonly tenant: string
  readonly via: string
}

/** The principal of calls that the host makes without naming anyone. It has no roles and so approves nothing by default. */
export const hostPrincipal: Principal = { id: 'host', roles: [], tenant: 'default', via: 'in-process' }
