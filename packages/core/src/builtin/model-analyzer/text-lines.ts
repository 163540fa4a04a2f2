import type { Redacted } from '../../model/redacted.ts'
import { type LogTemplate, logTemplates } from '../../redact/log-templates.ts'

/** Lines of a text, those of one form once. */
export interface TextLine {
  readonly words: string
  /** How many lines of the text it stands for. */
  readonly count: number
  /** Whether it, or the line beside it, speaks of something that went wrong. */
  readonly tells: boolean
}

const telling =
  /error|fail|fatal|panic|exception|denied|refused|timed? ?out|oom|kill|crash|unable|cannot|invalid|not found|no such|warn|missing|unhealthy|back-?off/i
const longestLine = 300

/** The lines of a text by their forms, in the order of the first of each: the last of each form, with how many there are. */
export function textLines(text: Redacted): readonly TextLine[] {
  const { templates } = logTemplates(text)
  const tells = templates.map(({ last }) => telling.test(last))
  return templates.map((form, index) => ({
    words: wordsOf(form),
    count: form.count,
    tells: tells.slice(Math.max(0, index - 1), index + 2).includes(true),
  }))
}

function wordsOf({ last, count }: LogTemplate): string {
  const line = last.trim()
  const words = line.length > longestLine ? `${line.slice(0, longestLine).toWellFormed()}…` : line
  return count > 1 ? `${count}× ${words}` : words
}
