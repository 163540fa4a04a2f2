/** Lines of one form, with what varies replaced. */
export interface LogTemplate {
  readonly template: string
  readonly count: number
  /** Index of the first line of this form. */
  readonly first: number
}

const varying =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|0x[0-9a-f]+|\b[0-9a-f]{12,}\b|\d+/gi

/** Lines by their form, in the order in which each was first seen. */
export function logTemplates(text: string): readonly LogTemplate[] {
  const found = new Map<string, { template: string; count: number; first: number }>()
  for (const [first, line] of text.split('\n').entries()) {
    const template = line.replaceAll(varying, '<*>').trim()
    if (template === '') continue
    const known = found.get(template)
    if (known === undefined) found.set(template, { template, count: 1, first })
    else known.count += 1
  }
  return [...found.values()]
}
