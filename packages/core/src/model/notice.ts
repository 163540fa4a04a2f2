import type { PageStep } from './escalation.ts'
import type { Phase } from './phase.ts'
import type { Redacted } from './redacted.ts'

/** `page`: acted and failed, or unsafe: wake somebody. `ask`: an approval waits. `info`: the pager already rang, or good news. */
export type Urgency = 'page' | 'ask' | 'info'

/** A message to people, stored in the same commit as its cause and delivered at least once. */
export interface Notice {
  readonly tenant: string
  readonly id: string
  /** `engine` in a notice about the engine itself. */
  readonly incidentId: string
  readonly state: 'pending' | 'sent' | 'failed'
  readonly urgency: Urgency
  /** Equal for the same matter: a receiver may drop the second. */
  readonly dedupeKey: string
  readonly title: Redacted
  readonly body: Redacted
  /** Where its incident stands from this notice on. Absent in a notice about the engine itself. */
  readonly phase?: Phase
  /** Set when the notice asks for an approval. */
  readonly approvalId?: string
  /** Ids of the notifiers that it is for, as they were when it was queued. Absent: for all. */
  readonly recipients?: readonly string[]
  /** Set when an escalation policy pages somebody with it. */
  readonly page?: PageStep
  /** Who has taken the incident over that people were paged about; set in the notice that tells so. */
  readonly acknowledgedBy?: string
  /** The difference that the approval shows, of at most 16,000 characters and a line that says how much was cut. */
  readonly diff?: Redacted
  /**
   * The thread of its incident at each notifier, by the notifier's id: what that notifier answered to an earlier notice of
   * the incident, as far as that could be read. Notices that are sent at the same time may each begin one; the latest counts.
   */
  readonly threads: Readonly<Record<string, string>>
  readonly attempts: number
  readonly nextAttemptAt: number
  /** Ids of notifiers that have taken it. */
  readonly deliveredTo: readonly string[]
  /** Ids of notifiers that will never take it: they refused it for good, or too often. */
  readonly refusedBy: readonly string[]
  readonly at: number
  readonly revision: number
}
