/** What a check found. No problems means that it holds; `says` is the fact to print then. */
export interface Verdict {
  readonly says: string
  /** One line or block per problem; starts with the place, so that an editor can jump to it. */
  readonly problems: readonly string[]
}

/** One rule of this repository, checked on a tree at `root`. */
export interface Check {
  readonly name: string
  /** Printed under the problems: what a person does to mend them. */
  readonly todo: string
  run(root: string): Verdict | Promise<Verdict>
}

/** Formats a verdict as one line when it holds, as a block with the problems and what to do when it does not. */
export function verdictText(check: Check, verdict: Verdict, seconds: string): string {
  const name = check.name.padEnd(14)
  if (verdict.problems.length === 0) return `ok    ${name} ${verdict.says} (${seconds} s)`
  const count = verdict.problems.length === 1 ? '1 problem' : `${verdict.problems.length} problems`
  const lines = verdict.problems.map((problem) => problem.replaceAll(/^/gm, '        '))
  return [`FAIL  ${name} ${count} (${seconds} s)`, ...lines, `      to do: ${check.todo}`].join('\n')
}
