import type { Diagnosis } from '../../model/diagnosis.ts'
import type { Redacted } from '../../model/redacted.ts'
import { message } from '../../redact/message.ts'

/**
 * What a diagnosis acts against, as `<analyzer>/<cause>`: the first hypothesis that rests on nothing but what its first action
 * cites too, else the first of all. The analyzer alone when it gave no hypothesis.
 */
export function causeOf({ analyzer, hypotheses, actions }: Diagnosis): Redacted {
  const cited = new Set((actions[0]?.citations ?? []).map(citationKey))
  const behind = hypotheses.find(({ citations }) => citations.every((each) => cited.has(citationKey(each))))
  const cause = (behind ?? hypotheses[0])?.cause
  return cause === undefined ? message`${analyzer}` : message`${analyzer}/${cause}`
}

function citationKey({ evidenceId, fact }: Diagnosis['actions'][number]['citations'][number]): string {
  return `${evidenceId}#${fact ?? ''}`
}
