/** What is to be decided: may this team's workload be scaled? */
interface Question {
  readonly team: string
  readonly action: string
}

/** Decides one question, and answers why in the engine's own words. Throws when it does not allow: each has its rule. */
export type Ask = () => Promise<readonly string[]>

/** An engine with its rules loaded. */
export interface Judge {
  /** Makes a question ready, in the engine's own terms. */
  about(question: Question): Ask
}

/** Loads so many rules, each of which allows one team's workloads to be scaled. All else is denied. */
export type MakeJudge = (teams: readonly string[]) => Promise<Judge>

/** The action that all rules are about. */
export const action = 'kubernetes.scale'

/** The teams of so many rules. */
export function teamsOf(rules: number): readonly string[] {
  return Array.from({ length: rules }, (_, index) => `team-${index}`)
}

/** The reasons of an answer. Throws when it is no. */
export function allowed(isAllowed: boolean, reasons: readonly string[]): readonly string[] {
  if (!isAllowed || reasons.length === 0) throw new Error('a question was denied, or allowed without a reason')
  return reasons
}
