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

/**
 * Understands a Kubernetes label selector, equality-based (`app=web,tier!=db`) or set-based (`env in (qa,prod)`,
 * `env notin (dev)`, `canary`, `!canary`). All requirements must hold; an empty selector selects everything; `!=` and
 * `notin` also select objects without the label. Throws `config` with path `selector` for anything else.
 */
export function labelSelector(selector: string): LabelPredicate {
  const requirements = selector.trim() === '' ? [] : split(selector).map((part) => requirement(part.trim(), selector))
  return (labels) => requirements.every((holds) => holds(labels))
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

function requirement(part: string, selector: string): LabelPredicate {
  const [, equalKey, operator, wanted] = equality.exec(part) ?? []
  if (equalKey !== undefined) {
    return (labels) => (labels[equalKey] === wanted) === (operator !== '!=')
  }
  const [, setKey, relation, list] = membership.exec(part) ?? []
  if (setKey !== undefined && list !== undefined) {
    const values: readonly (string | undefined)[] = list.split(',').map((each) => each.trim())
    return (labels) => values.includes(labels[setKey]) === (relation === 'in')
  }
  const [, negation, presentKey] = existence.exec(part) ?? []
  if (presentKey !== undefined) return (labels) => Object.hasOwn(labels, presentKey) === (negation === '')
  throw new MendkitError(
    'config',
    `label selector "${selector}": cannot understand "${part}"; write key=value, key!=value, key in (a,b), key notin (a,b), key or !key, joined by commas`,
    { path: 'selector' },
  )
}
