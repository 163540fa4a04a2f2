/** `a.b[3]["odd name"]` for the path of an issue. */
export function issuePath(path: readonly PropertyKey[]): string {
  return path.map(String).reduce((whole, part) => whole + segment(part, whole === ''), '')
}

function segment(part: string, first: boolean): string {
  if (/^\d+$/.test(part)) return `[${part}]`
  if (/^\w{1,128}$/.test(part)) return first ? part : `.${part}`
  return `[${JSON.stringify(part.slice(0, 128))}]`
}
