/** Id of the row that serialises what rewrites a tenant's history: each writes it, or expects it as it was. */
export const retentionSetting = 'retention'
