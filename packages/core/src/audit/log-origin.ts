/**
 * The name of a tenant's log, unlike that of every other one. Tenants may be called anything; this is one word without `+`. From
 * the second epoch on it ends with `@` and the number, which stands in no tenant's name as it is written here.
 */
export function logOrigin(signerName: string, tenant: string, epoch: number = 1): string {
  return `${signerName}/${encodeURIComponent(tenant)}${epoch === 1 ? '' : `@${epoch}`}`
}

/** The epoch of an origin of this tenant's log under this signer's name; undefined for that of another log. */
export function epochOf(origin: string, signerName: string, tenant: string): number | undefined {
  const first = logOrigin(signerName, tenant)
  if (origin === first) return 1
  const [, digits] = origin.startsWith(first) ? (/^@([1-9][0-9]{0,8})$/.exec(origin.slice(first.length)) ?? []) : []
  const epoch = Number(digits ?? 0)
  return epoch > 1 ? epoch : undefined
}

/** The tenant whose log has this origin under this signer's name; undefined when it is the origin of none. */
export function tenantOf(origin: string, signerName: string): string | undefined {
  if (!origin.startsWith(`${signerName}/`)) return undefined
  const [, encoded = ''] = /^([^/@]+)(?:@[0-9]+)?$/.exec(origin.slice(signerName.length + 1)) ?? []
  try {
    const tenant = decodeURIComponent(encoded)
    return tenant !== '' && epochOf(origin, signerName, tenant) !== undefined ? tenant : undefined
  } catch {
    // It is not written as the name of a tenant is.
    return undefined
  }
}
