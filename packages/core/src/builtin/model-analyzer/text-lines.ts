import { logTemplates } from './log-templates.ts'

/** A text in fewer lines: what says the same again is counted, what speaks of errors comes with the lines around it. */
export interface ReducedText {
  readonly lines: readonly string[]
  /** Lines of the original that no line here stands for. */
  readonly left: number
}

const telling =
  /error|fail|fatal|panic|exception|denied|refused|timed? ?out|oom|kill|crash|unable|cannot|invalid|not found|no such|warn/i
const longestLine = 300
/** Forms beside the one that tells. */
const around = 1

/** Reduces a text to at most so many characters: lines that tell first, then those around them, then the last ones. */
export function reduceText(text: string, mostCharacters: number): ReducedText {
  const forms = logTemplates(text).map(({ template, count }) => {
    const words = template.length > longestLine ? `${template.slice(0, longestLine).toWellFormed()}…` : template
    return { words: count > 1 ? `${count}× ${words}` : words, count, tells: telling.test(template) }
  })
  const order = forms
    .map((form, index) => ({ form, index, rank: rankOf(forms, index) }))
    .sort((a, b) => a.rank - b.rank || b.index - a.index)
  const kept = new Set<number>()
  let room = mostCharacters
  for (const { form, index } of order) {
    if (form.words.length + 1 > room) continue
    room -= form.words.length + 1
    kept.add(index)
  }
  return {
    lines: forms.filter((_, index) => kept.has(index)).map(({ words }) => words),
    left: forms.reduce((sum, { count }, index) => (kept.has(index) ? sum : sum + count), 0),
  }
}

function rankOf(forms: readonly { readonly tells: boolean }[], index: number): number {
  if (forms[index]?.tells === true) return 0
  const near = forms.slice(Math.max(0, index - around), index + around + 1)
  return near.some(({ tells }) => tells) ? 1 : 2
}
