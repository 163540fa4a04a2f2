import type { Analysis } from '../../ports/analysis.ts'

/** What an analyzer answered. */
interface Answer {
  readonly analyzer: string
  readonly analysis: Analysis
}

const mostUnknowns = 20

/**
 * What analyzers that explain nothing leave behind: what they could not find out and why, under the name of the last that had
 * something to say; `none` when none had.
 */
export function unexplained(answers: readonly Answer[]): Answer {
  const telling = answers.findLast(
    ({ analysis }) => (analysis.unknowns?.length ?? 0) > 0 || analysis.partial !== undefined,
  )
  const unknowns = answers.flatMap(({ analysis }) => analysis.unknowns ?? []).slice(0, mostUnknowns)
  const partial = answers.findLast(({ analysis }) => analysis.partial !== undefined)?.analysis.partial
  const analysis = { hypotheses: [], actions: [], unknowns, ...(partial !== undefined && { partial }) }
  return { analyzer: telling?.analyzer ?? 'none', analysis: withSuspicions(analysis, answers) }
}

/** An analysis with the evidence that any earlier analyzer took for orders: nobody's report of it is lost. */
export function withSuspicions(analysis: Analysis, earlier: readonly Answer[]): Analysis {
  const all = [...earlier.flatMap((each) => each.analysis.suspicious ?? []), ...(analysis.suspicious ?? [])]
  return all.length === 0 ? analysis : { ...analysis, suspicious: all }
}
