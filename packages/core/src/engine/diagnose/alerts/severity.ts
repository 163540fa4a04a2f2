/** Severities that are known, the worst first. */
const known: readonly string[] = [
  'emergency',
  'disaster',
  'critical',
  'page',
  'high',
  'error',
  'major',
  'warning',
  'average',
  'minor',
  'low',
  'info',
  'information',
  'none',
]
/** What nobody knows stands beside a warning. */
const unknownRank = known.indexOf('warning')

/**
 * The severity of an alert when its label is a word of a fixed list: anything else that stands in the label is text of whoever
 * wrote the alert.
 */
export function severityOf(labels: Readonly<Record<string, string>>): string | undefined {
  const word = labels['severity']?.toLowerCase()
  return word !== undefined && known.includes(word) ? word : undefined
}

/** Where a severity stands among others; the lowest is the worst. */
export function severityRank(severity: string | undefined): number {
  return severity === undefined ? unknownRank : known.indexOf(severity)
}
