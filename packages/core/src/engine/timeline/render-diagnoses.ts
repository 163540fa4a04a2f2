import { bullets, code, joined, type Markdown, md } from './markdown.ts'
import type { Timeline, TimelineCitation, TimelineDiagnosis } from './shape.ts'
import { spendingWords } from './spending-words.ts'
import { utc } from './times.ts'
import { factWords, resourceWords, textWords } from './words.ts'

/** What the analyzers said, each hypothesis with the facts that it cites. */
export function renderDiagnoses({ diagnoses }: Timeline): Markdown {
  if (diagnoses.length === 0) return md`## Diagnosis\n\nNo diagnosis was made.`
  return joined([md`## Diagnosis`, ...diagnoses.map(renderDiagnosis)], '\n\n')
}

function renderDiagnosis(diagnosis: TimelineDiagnosis, index: number): Markdown {
  const conclusion = diagnosis.handOver
    ? md`It says that a person must look.`
    : diagnosis.actions.length === 0
      ? md`It proposes no action.`
      : md`It proposes ${joined(diagnosis.actions.map(code), ', then ')}.`
  return joined(
    [
      md`### Diagnosis ${index + 1}: ${utc(diagnosis.at)}, by ${code(diagnosis.analyzer)}`,
      ...(diagnosis.hypotheses.length === 0
        ? [md`It found no explanation.`]
        : diagnosis.hypotheses.map(renderHypothesis)),
      ...(diagnosis.unknowns === undefined ? [] : [md`It could not find out: ${textWords(diagnosis.unknowns)}`]),
      ...(diagnosis.partial === undefined ? [] : [md`Not all was looked at: ${code(diagnosis.partial)}.`]),
      ...(diagnosis.suspicious === undefined ? [] : [renderSuspicious(diagnosis.suspicious)]),
      conclusion,
      ...(diagnosis.spending === undefined ? [] : [md`It asked models: ${spendingWords(diagnosis.spending)}.`]),
    ],
    '\n\n',
  )
}

function renderHypothesis(hypothesis: TimelineDiagnosis['hypotheses'][number]): Markdown {
  const about = hypothesis.rootCause === undefined ? md`` : md` of ${resourceWords(hypothesis.rootCause)}`
  const claim = md`**${code(hypothesis.cause)}**${about}, confidence ${hypothesis.confidence}: ${textWords(hypothesis.summary)}`
  const { mechanism, disproof, citations } = hypothesis
  const more = [
    ...(mechanism === undefined ? [] : [md`How it comes about: ${textWords(mechanism)}`]),
    ...(disproof === undefined ? [] : [md`What would speak against it: ${textWords(disproof)}`]),
    ...(citations.length === 0 ? [] : [md`Seen:`, bullets(citations.map(renderCitation))]),
  ]
  return joined([claim, ...more], '\n\n')
}

function renderSuspicious(suspicious: readonly TimelineCitation[]): Markdown {
  const told = md`Text that tries to give orders to whoever reads it stands in:`
  return joined([told, bullets(suspicious.map(renderCitation))], '\n\n')
}

function renderCitation({ evidenceId, tool, readAt, fact }: TimelineCitation): Markdown {
  if (tool === undefined || readAt === undefined) return md`evidence ${code(evidenceId)}, which is gone`
  const seen = fact === undefined ? md`the whole reading` : factWords(fact)
  return md`${seen}, read by ${code(tool)} at ${utc(readAt)} (evidence ${code(evidenceId)})`
}
