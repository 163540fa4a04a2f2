import type { AuditProblem } from '@mendkit/core'
import type { LogRows } from './attack-rows.ts'

/** One way to lie about the past with nothing but the database. */
export interface AuditAttack {
  readonly name: string
  /** What must be found. */
  readonly kind: AuditProblem | ((at: number) => AuditProblem)
  /** Where it must be found, for an attack on entry `at`, whose group goes from `first` to `last`. */
  readonly where: (at: number, first: number, last: number) => number
  readonly tamper: (rows: LogRows, at: number) => LogRows
}
