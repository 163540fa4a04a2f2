import type { Permission } from '../model/permission.ts'
import type { Rule } from '../model/rule.ts'
import type { Action } from './action.ts'
import type { Check } from './check.ts'
import type { CallContext } from './context.ts'
import type { Detector } from './detector.ts'
import type { EvidenceSource } from './evidence-source.ts'
import type { Remediator } from './remediator.ts'
import type { Topology } from './topology.ts'

/** What an adapter brings, or a host of its own: a plain object with any of these. */
export interface Integration {
  /** Clusters that it speaks for; with exactly one in all, alerts that name no cluster are about it. */
  readonly clusters?: readonly string[]
  readonly detectors?: readonly Detector[]
  readonly evidence?: readonly EvidenceSource[]
  readonly topology?: readonly Topology[]
  readonly remediators?: readonly Remediator[]
  /** Become one remediator of their own. */
  readonly actions?: readonly Action[]
  readonly checks?: readonly Check[]
  /** Used by the default analyzer when the host names no analyzers. */
  readonly rules?: readonly Rule[]
  /**
   * Whether the credentials to read are accepted; asked at every start, so it should be one cheap read. `permitted: false`,
   * `rejected` and `forbidden` stop the start; any other failure is logged, and the engine starts. Absent: nothing to check.
   */
  canRead?(ctx: CallContext): Promise<Permission>
  /**
   * How long a verification of these alert names must be given before it may say "not recovered", in milliseconds, because
   * their rules look back that far. Undefined: it knows none of them. It only ever raises the deadline of the settings; the
   * longest answer of all integrations counts, and one that throws is logged and counts for nothing.
   */
  verificationDeadlineMs?(alertnames: readonly string[], ctx: CallContext): Promise<number | undefined>
  /**
   * Ends connections and child processes that it holds. Called once by `close` of the engine, after its last call, and given 10
   * seconds; a failure is logged. Absent: it holds nothing.
   */
  close?(): Promise<void>
}
