import { type AuditVerification, verifyAudit } from '../../audit/verify.ts'
import type { AuditRecord } from '../../model/audit-entry.ts'
import type { Principal } from '../../model/principal.ts'
import type { Engine } from './engine.ts'

/** The tenant's audit log. */
export interface Audit {
  /** Entries with `seq >= from`, exact bytes, in order. @default { from: 0, limit: 100 } */
  read(query?: { readonly from?: number; readonly limit?: number }): Promise<readonly AuditRecord[]>
  /** Reads the whole log and finds an edit, a deletion, an insertion or a reorder. */
  verify(): Promise<AuditVerification>
}

/** The audit log of one principal's tenant. */
export function auditFace(engine: Engine, { tenant }: Principal): Audit {
  return {
    async read({ from = 0, limit = 100 } = {}) {
      await engine.ready()
      return engine.parts.store.readAudit({ tenant, from, limit }, engine.context())
    },
    async verify() {
      await engine.ready()
      return verifyAudit(engine.parts.store, tenant, engine.context())
    },
  }
}
