import { MendkitError } from '../errors.ts'

/** Whether an object's labels are selected. */
export type LabelPredicate = (labels: Readonly<Record<string, string>>) => boolean

const name = '(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)'
const prefix = '(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)'
const key = `(${prefix}?${name})`
const value = `(?:${name}|)`

const equality = new RegExp(`^${key}\\s*(=|==|!=)\\s*(${value})$`)
const membership = new RegExp(`^${key}\\s+(in|notin)\\s*\\(\\s*(${value}(?:\\s*,\\s*${value})*)\\s*\\)$`)
const existence = new RegExp(`^(!?)\\s*${key}$`)

/** What a selector asks of labels. */
export interface ReadSelector {
  readonly selects: LabelPredicate
  /** Labels that every selected object has, each with one of these values. Absent: it requires none by value. */
  readonly required?: Readonly<Record<string, readonly string[]>>
}

/**
 * Understands a Kubernetes label selector, equality-based (`app=web,tier!=db`) or set-based (`env in (qa,prod)`,
 * `env notin (dev)`, `canary`, `!canary`). All requirements must hold; an empty selector selects everything; `!=` and
 * `notin` also select objects without the label. Throws `config` with path `selector` for anything else.
 */
export function labelSelector(selector: string): LabelPredicate {
  return readLabelSelector(selector).selects
}

/** Understands a selector as `labelSelector` does, and says which labels it requires. */
export function readLabelSelector(selector: string): ReadSelector {
  const parts = selector.trim() === '' ? [] : split(selector)
  const requirements = parts.map((part) => requirement(part.trim(), selector))
  // Of several requirements of one label any is necessary, and the first one will do.
  const required = new Map(requirements.flatMap(({ equals }) => (equals ? [equals] : [])).toReversed())
  return {
    selects: (labels) => requirements.every(({ holds }) => holds(labels)),
    ...(required.size > 0 && { required: Object.fromEntries(required) }),
  }
}

/** At the commas that are not within parentheses. */
function split(selector: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < selector.length; at += 1) {
    if (selector[at] === '(') depth += 1
    if (selector[at] === ')') depth -= 1
    if (selector[at] !== ',' || depth > 0) continue
    parts.push(selector.slice(start, at))
    start = at + 1
  }
  return [...parts, selector.slice(start)]
}

interface Requirement {
  readonly holds: LabelPredicate
  /** The label that must have one of these values. */
  readonly equals?: readonly [key: string, values: readonly string[]]
}

function requirement(part: string, selector: string): Requirement {
  const [, equalKey, operator, wanted] = equality.exec(part) ?? []
  if (equalKey !== undefined && wanted !== undefined) {
    if (operator === '!=') return { holds: (labels) => labelOf(labels, equalKey) !== wanted }
    return { holds: (labels) => labelOf(labels, equalKey) === wanted, equals: [equalKey, [wanted]] }
  }
  const [, setKey, relation, list] = membership.exec(part) ?? []
  if (setKey !== undefined && list !== undefined) {
    const values = list.split(',').map((each) => each.trim())
    const isIn: LabelPredicate = (labels) => values.some((value) => value === labelOf(labels, setKey))
    return relation === 'in' ? { holds: isIn, equals: [setKey, values] } : { holds: (labels) => !isIn(labels) }
  }
  const [, negation, presentKey] = existence.exec(part) ?? []
  if (presentKey !== undefined) return { holds: (labels) => Object.hasOwn(labels, presentKey) === (negation === '') }
  throw new MendkitError(
    'config',
    `label selector "${selector}": cannot understand "${part}"; write key=value, key!=value, key in (a,b), key notin (a,b), key or !key, joined by commas`,
    { path: 'selector' },
  )
}

/** An object's own label: what every object inherits, such as `constructor`, is none. */
function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
