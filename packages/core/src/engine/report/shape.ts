import type { EarnedAutonomy } from '../../model/earned-autonomy.ts'
import type { ModelSpending } from '../../model/model-budget.ts'
import type { JudgedSuggestion } from '../../model/suggestion.ts'

/** Of which plans to tell. */
export interface ReportQuery {
  /** Plans made then or later, ISO 8601. */
  readonly since: string
  /** Plans made before then, ISO 8601. @default now */
  readonly until?: string
}

/** What became of actions. All but `savedMs` are numbers of actions. */
export interface ReportNumbers {
  /** Shown to people where autonomy is suggest; one that a newer plan of its incident took the place of is left out. */
  readonly suggested: number
  /**
   * Asked of people; one that a newer plan of its incident took the place of is left out, unless it was carried out. Whoever takes the
   * incident over instead of answering has neither rejected it nor agreed: what was then done by hand counts as `same`, `different` or
   * `selfCleared`, as for a suggestion.
   */
  readonly asked: number
  /** Of those asked, the ones that a person rejected. */
  readonly rejected: number
  /** Not carried out; when the alerts had cleared, the object was as the action would have made it. */
  readonly same: number
  /** Not carried out; what the action reads or writes was changed in another way. */
  readonly different: number
  /** Not carried out; nothing of what the action reads or writes was changed. */
  readonly selfCleared: number
  /** Not carried out, and the object could not be read when the alerts had cleared. Counted for nothing. */
  readonly unknown: number
  /** Begun, that is with a durable intent, and not known to have had no effect. Undos are left out. */
  readonly executed: number
  /** Verified: it recovered through the soak window. */
  readonly verified: number
  /** Refused by the other side, not recovered, or with an outcome that nobody could tell or verify. */
  readonly failed: number
  /** Taken back. */
  readonly undone: number
  /**
   * The time that acting would have saved, in ms: for every `same`, from its plan to when all alerts were seen cleared. An
   * upper bound: carrying an action out takes time, too, which is not subtracted.
   */
  readonly savedMs: number
}

/** The numbers of one action type against one cause. */
export interface ReportRow extends ReportNumbers {
  /** `<analyzer>/<cause>`, such as `rules/bad-rollout`. */
  readonly cause: string
  /** Type of the action. */
  readonly action: string
}

/** How far autonomy has come against one cause, in one namespace of one cluster. */
export interface ReportEarned {
  readonly cause: string
  /** Type of the action. */
  readonly action: string
  readonly cluster: string
  /** Absent: outside of namespaces. */
  readonly namespace?: string
  /** What was earned. `settings.autonomy.earnUpTo` and `autonomy` may say something else by now. */
  readonly level: EarnedAutonomy['level']
  /** Outcomes that count towards the next level, since the last move. */
  readonly outcomes: number
  readonly successes: number
  /** Lower bound of the share of successes, in four digits. */
  readonly bound: number
}

/** What was suggested, asked and done in a time, and what would have been saved. */
export interface Report {
  /** ISO 8601 UTC. */
  readonly since: string
  readonly until: string
  /** By cause and action type, most actions first. */
  readonly rows: readonly ReportRow[]
  readonly totals: ReportNumbers
  /** How far autonomy has come, whenever it did; by cause, action and place. Empty where nothing may be earned. */
  readonly earned: readonly ReportEarned[]
  /** What asking models for the diagnoses of that time cost. Absent: none was asked. */
  readonly spending?: ModelSpending
  /** False when there was more than is read, the newest 10,000 plans, approvals, executions and judgements, or 1,000 places: cut off then. */
  readonly complete: boolean
}

/** The counter of each verdict. */
export const counterOf: Readonly<
  Record<JudgedSuggestion['verdict'], 'same' | 'different' | 'selfCleared' | 'unknown'>
> = {
  same: 'same',
  different: 'different',
  'self-cleared': 'selfCleared',
  unknown: 'unknown',
}
