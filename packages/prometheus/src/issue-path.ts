/** Longest part of a path that is shown: names of labels are as long as their sender likes. */
const longestPart = 128

/** A schema's path in the form of the program's own words: `alerts[3].labels.severity`. */
export function issuePath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part).slice(0, longestPart)}`,
    )
    .join('')
}
