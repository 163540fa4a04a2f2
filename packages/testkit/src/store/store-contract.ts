import type { Contract } from '../contract.ts'
import { alertClauses } from './alert-clauses.ts'
import { auditClauses } from './audit-clauses.ts'
import { commitClauses } from './commit-clauses.ts'
import { documentClauses } from './document-clauses.ts'
import { dropClauses } from './drop-clauses.ts'
import { erasureClauses } from './erasure-clauses.ts'
import { historyClauses } from './history-clauses.ts'
import { leaseClauses } from './lease-clauses.ts'
import { modelClauses } from './model-clauses.ts'
import type { StoreSubject } from './subject.ts'
import { symptomClauses } from './symptom-clauses.ts'
import { tenantClauses } from './tenant-clauses.ts'
import { treeClauses } from './tree-clauses.ts'

/** What every `Store` promises. */
export const storeContract: Contract<StoreSubject> = [
  ...documentClauses,
  ...commitClauses,
  ...auditClauses,
  ...erasureClauses,
  ...treeClauses,
  ...leaseClauses,
  ...alertClauses,
  ...symptomClauses,
  ...tenantClauses,
  ...historyClauses,
  ...dropClauses,
  ...modelClauses,
]
