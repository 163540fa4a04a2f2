/** The name of a tenant's log, unlike that of every other one. Tenants may be called anything; this is one word without `+`. */
export function logOrigin(signerName: string, tenant: string): string {
  return `${signerName}/${encodeURIComponent(tenant)}`
}
