import { badRequest } from './api-errors.ts'

type Labels = Readonly<Record<string, string>>

/** A compiled Kubernetes label selector. Throws the API server's 400 for one that cannot be read. */
export function labelMatcher(selector: string | undefined): (labels: Labels | undefined) => boolean {
  const tests = splitRequirements(selector ?? '').map(labelTest)
  return (labels) => tests.every((test) => test(labels ?? {}))
}

/** `matchLabels` and `matchExpressions` of a workload or budget. */
export function selectorMatcher(selector: {
  readonly matchLabels?: Labels | undefined
  readonly matchExpressions?:
    | readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | undefined }[]
    | undefined
}): (labels: Labels | undefined) => boolean {
  const pairs = Object.entries(selector.matchLabels ?? {})
  const expressions = selector.matchExpressions ?? []
  return (labels = {}) =>
    pairs.every(([key, value]) => labels[key] === value) &&
    expressions.every(({ key, operator, values = [] }) => matchesOperator(labels[key], operator, values))
}

/** A compiled field selector: `metadata.name=x,involvedObject.uid=y`, also with `!=`. */
export function fieldMatcher(selector: string | undefined): (object: unknown) => boolean {
  const tests = splitRequirements(selector ?? '').map((text) => {
    const parts = /^([\w.]+)\s*(!=|==|=)\s*(.*)$/.exec(text)
    if (parts === null) throw badRequest(`unable to parse field selector requirement: ${text}`)
    const [, field = '', operator, wanted] = parts
    return (object: unknown) => (fieldOf(object, field) === wanted) === (operator !== '!=')
  })
  return (object) => tests.every((test) => test(object))
}

function labelTest(text: string): (labels: Labels) => boolean {
  const sets = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text)
  if (sets !== null) {
    const [, key = '', operator, list = ''] = sets
    const values = list.split(',').map((value) => value.trim())
    return (labels) => matchesOperator(labels[key], operator === 'in' ? 'In' : 'NotIn', values)
  }
  const equal = /^([\w./-]+)\s*(!=|==|=)\s*([\w.-]*)$/.exec(text)
  if (equal !== null) {
    const [, key = '', operator, value = ''] = equal
    return (labels) => (operator === '!=' ? labels[key] !== value : labels[key] === value)
  }
  const exists = /^(!?)\s*([\w./-]+)$/.exec(text)
  if (exists === null) throw badRequest(`unable to parse requirement: ${text}`)
  const [, not, key = ''] = exists
  return (labels) => Object.hasOwn(labels, key) === (not === '')
}

function matchesOperator(value: string | undefined, operator: string, values: readonly string[]): boolean {
  if (operator === 'In') return value !== undefined && values.includes(value)
  if (operator === 'NotIn') return value === undefined || !values.includes(value)
  if (operator === 'Exists') return value !== undefined
  return value === undefined
}

function splitRequirements(text: string): string[] {
  // Commas inside the parentheses of `in (a,b)` do not separate.
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** A missing field equals the empty text. */
function fieldOf(object: unknown, path: string): string {
  let value = object
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}
