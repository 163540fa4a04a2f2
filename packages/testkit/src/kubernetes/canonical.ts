/** Equal for equal JSON, whatever the order of its keys. Undefined members are left out. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`).join(',')}}`
}

/** Whether two values have the same canonical text, without writing it. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]))
  }
  if (isPlain(a)) return isPlain(b) && coveredBy(a, b) && nothingMore(a, b)
  if (typeof a === 'string' && typeof b === 'string') return false
  return (typeof b !== 'object' || b === null) && (JSON.stringify(a) ?? 'null') === (JSON.stringify(b) ?? 'null')
}

/** The same for two objects, these members aside. */
export function sameBut(a: object, b: object, leftOut: readonly string[]): boolean {
  return a === b || (isPlain(a) && isPlain(b) && coveredBy(a, b, leftOut) && nothingMore(a, b, leftOut))
}

/** Whether every member of `a` that is there is the same in `b`. */
function coveredBy(a: Record<string, unknown>, b: Record<string, unknown>, leftOut?: readonly string[]): boolean {
  for (const key in a) {
    const member = a[key]
    if (member === undefined || leftOut?.includes(key)) continue
    const other = b[key]
    if (member !== other && (other === undefined || !sameJson(member, other))) return false
  }
  return true
}

/** Whether `a` has every member that is there in `b`. */
function nothingMore(a: Record<string, unknown>, b: Record<string, unknown>, leftOut?: readonly string[]): boolean {
  for (const key in b) {
    if (b[key] !== undefined && a[key] === undefined && !leftOut?.includes(key)) return false
  }
  return true
}

/** JSON pointers of the smallest parts that differ. */
export function changedPaths(before: unknown, after: unknown, path = ''): string[] {
  if (sameJson(before, after)) return []
  if (!isPlain(before) || !isPlain(after)) return [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].sort().flatMap((key) => changedPaths(before[key], after[key], `${path}/${escapeKey(key)}`))
}

/** Freezes a JSON value all the way down and answers it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const key in value) deepFreeze(value[key])
  }
  return value
}

/** A copy of a JSON value. Undefined members are left out. */
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  if (!isPlain(value)) return value
  const copy: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) if (member !== undefined) setOwn(copy, key, copyJson(member))
  return copy
}

/** Also for `__proto__`, which is an ordinary name in JSON. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}

/** A 32-bit FNV-1a hash in the alphabet that Kubernetes uses for generated names. */
export function nameHash(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  }
  return Array.from(String(hash), (digit) => 'bcdfghjklm'[Number(digit)]).join('')
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
