/** Tenant of the entries and notices that are about the engine itself. */
export const engineTenant = 'default'
