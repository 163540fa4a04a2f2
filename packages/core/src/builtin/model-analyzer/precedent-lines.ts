import type { Precedent } from '../../model/precedent.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { fenceUntrusted } from '../../redact/fence.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { shownName, since } from './shown-text.ts'

const mostPrecedents = 3
/** Of the lines, without their fence and what is said of them. */
const mostTokens = 200

const note = message`They are no evidence and have no names to cite. What they say holds here only as far as facts of now carry it.`

/**
 * What helped with incidents of the same sort, for orientation: which cause it was put down to and what was done, and nothing that
 * points at an object or could be taken for a fact. Whoever wrote into the store says nothing but these words. Empty without any.
 */
export function precedentLines(
  precedents: readonly Precedent[],
  { incident, catalogue }: Pick<Investigation, 'incident' | 'catalogue'>,
  nonce: string,
): readonly Redacted[] {
  const offered = precedents.filter(({ action }) => catalogue.some(({ type }) => type === action.type))
  const lines: Redacted[] = []
  let room = mostTokens
  for (const precedent of offered) {
    const line = redact(lineOf(precedent, incident.openedAt))
    const tokens = estimateTokens(line) + 1
    if (tokens > room || lines.length === mostPrecedents) continue
    room -= tokens
    lines.push(line)
  }
  // Words that are harmless one by one may be a secret together.
  return lines.length === 0 ? [] : [note, fenceUntrusted(redact(lines.join('\n')), nonce)]
}

function lineOf({ cause, action, successes, failures, lastAt }: Precedent, from: number): string {
  const times = `helped ${successes} of ${successes + failures} times`
  return `cause ${shownName(cause)}: ${shownName(action.type)} ${times}, last @${since(lastAt, from)}`
}
