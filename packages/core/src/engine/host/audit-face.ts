import { z } from 'zod'
import { type AuditVerification, verifyAudit } from '../../audit/verify.ts'
import type { AuditRecord } from '../../model/audit-entry.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import type { Engine } from './engine.ts'
import { limitShape } from './input-shapes.ts'
import { parseFields } from './parse-input.ts'

/** The tenant's audit log. */
export interface Audit {
  /** Entries with `seq >= from`, exact bytes, in order. Throws `invalid` with the path. @default { from: 0, limit: 100 } */
  read(query?: { readonly from?: number; readonly limit?: number }): Promise<readonly AuditRecord[]>
  /** Reads the whole log and finds an edit, a deletion, an insertion or a reorder. */
  verify(): Promise<AuditVerification>
}

const queryShape = once(() => {
  const from = 'expected the number of an entry, 0 or more'
  return z.strictObject({ from: z.int(from).min(0, from).optional(), limit: limitShape().optional() })
})

/** The audit log of one principal's tenant. */
export function auditFace(engine: Engine, { tenant }: Principal): Audit {
  return {
    async read(given = {}) {
      const { from = 0, limit = 100 } = parseFields('query', queryShape(), given)
      await engine.ready()
      return engine.parts.store.readAudit({ tenant, from, limit }, engine.context())
    },
    async verify() {
      await engine.ready()
      return verifyAudit(engine.parts.store, tenant, engine.context())
    },
  }
}
