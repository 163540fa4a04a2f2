import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import type { Settled } from './settled.ts'

/** What every kind of ageing looks at. */
export interface Ageing {
  readonly parts: Parts
  readonly tenant: string
  readonly settled: Settled
  readonly ctx: CallContext
}
