import type { Timeline, TimelineCitation, TimelineDiagnosis } from '../timeline/shape.ts'
import { type Html, html, nothing } from './html.ts'
import { code, list, quote, resource, time } from './words.ts'

/** Why it is proposed: the root cause, the analyzer's words, and the facts that they rest on. */
export function diagnosisSection({ diagnoses, plans }: Timeline, planId: string): Html {
  const plan = plans.find(({ id }) => id === planId)
  const diagnosis = diagnoses.find(({ id }) => id === plan?.diagnosisId)
  if (diagnosis === undefined) return html`<h2>Why</h2><p>The diagnosis is gone.</p>`
  return html`<h2>Why</h2>
<p>Diagnosed at ${time(diagnosis.at)} by ${code(diagnosis.analyzer)}. Its words are quoted as they came; the facts were read by machines.</p>
${diagnosis.hypotheses.map(hypothesis)}`
}

function hypothesis({
  cause,
  rootCause,
  confidence,
  summary,
  citations,
}: TimelineDiagnosis['hypotheses'][number]): Html {
  return html`<h3>${code(cause)}${rootCause === undefined ? nothing : html` in ${resource(rootCause)}`}</h3>
${quote(summary)}
<p>Confidence, computed from the evidence: ${confidence}. Facts:</p>
${list(citations.map(fact))}
`
}

function fact({ tool, readAt, fact: read }: TimelineCitation): Html {
  const source = tool === undefined ? html`a reading that is gone` : html`${code(tool)}`
  const when = readAt === undefined ? nothing : html` at ${time(readAt)}`
  if (read === undefined) return html`the whole of ${source}${when}`
  const about = read.resource === undefined ? nothing : html` on ${resource(read.resource)}`
  return html`${code(read.name)} = ${code(String(read.value))}${about} <span class="quiet">(${read.kind}, from ${source}${when})</span>`
}
