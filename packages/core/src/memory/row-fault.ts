/** What is wrong with a row: the path of the field within it, and why. */
export interface Fault {
  readonly path: string
  readonly because: string
}

/** How deep JSON may nest in a row. */
export const deepest = 100

/** A fault unless `value` is a name that every database can index: text, not empty, at most 1,000 characters, no NUL. */
export function nameFault(path: string, value: unknown): Fault | undefined {
  if (typeof value !== 'string') return { path, because: 'must be text' }
  if (value === '') return { path, because: 'must not be empty' }
  if (value.length > 1_000) return { path, because: 'must have at most 1,000 characters' }
  if (value.includes('\0') || !value.isWellFormed()) return { path, because: 'must be well-formed text without NUL' }
  return undefined
}

/** A fault unless `value` is a whole number from `least` that a database keeps exactly. */
export function wholeFault(path: string, value: unknown, least = 0): Fault | undefined {
  if (Number.isSafeInteger(value) && (value as number) >= least) return undefined
  return { path, because: `must be a whole number, ${least} or more` }
}

/** A fault unless `value` is ISO 8601 text. `known` remembers what is: many rows of one put share their times. */
export function timeFault(path: string, value: unknown, known: Set<string>): Fault | undefined {
  if (typeof value === 'string') {
    if (known.has(value)) return undefined
    if (!Number.isNaN(Date.parse(value))) {
      known.add(value)
      return undefined
    }
  }
  return { path, because: 'must be an ISO 8601 time' }
}

/** A fault unless `value` is a record of texts. */
export function textsFault(path: string, value: unknown): Fault | undefined {
  if (!isPlainObject(value)) return { path, because: 'must be an object' }
  for (const key in value) {
    if (typeof value[key] !== 'string') return { path: `${path}.${key}`, because: 'must be text' }
  }
  return undefined
}

/**
 * A fault unless `value` survives JSON and canonical JSON, nests at most 100 deep and holds at most `most` values, those that
 * are reached twice counted twice. Absent (undefined) fields of objects are allowed.
 */
export function jsonFault(path: string, value: unknown, most = 1_000_000): Fault | undefined {
  const found = faultWithin({ left: most, most }, value, 0)
  return found === undefined ? undefined : { path: found.way.reduce(below, path), because: found.because }
}

function below(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`
  return path === '' ? step : `${path}.${step}`
}

/** The way to a fault, outermost first. It is told only when there is one: nearly always there is none. */
interface FoundFault {
  readonly way: (string | number)[]
  readonly because: string
}

function found(because: string): FoundFault {
  return { way: [], because }
}

/** How many values may still be looked at: few objects that name each other often are as many as nobody could ever visit. */
interface Room {
  left: number
  readonly most: number
}

function faultWithin(room: Room, value: unknown, depth: number): FoundFault | undefined {
  room.left -= 1
  if (room.left < 0) return found(`must hold at most ${room.most} values`)
  if (value === null || typeof value === 'boolean') return undefined
  if (typeof value === 'string') {
    return value.isWellFormed() ? undefined : found('must be well-formed text, without half a surrogate pair')
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : found('must be a finite number')
  }
  if (depth === deepest) return found(`must nest at most ${deepest} deep`)
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const fault = faultWithin(room, value[index], depth + 1)
      if (fault !== undefined) return within(index, fault)
    }
    return undefined
  }
  if (!isPlainObject(value)) return found('must be JSON')
  for (const key in value) {
    const item = value[key]
    const fault = item === undefined ? undefined : faultWithin(room, item, depth + 1)
    if (fault !== undefined) return within(key, fault)
  }
  return undefined
}

function within(step: string | number, fault: FoundFault): FoundFault {
  fault.way.unshift(step)
  return fault
}

/** The first fault of several checks. */
export function firstFault(...faults: readonly (Fault | undefined)[]): Fault | undefined {
  return faults.find((fault) => fault !== undefined)
}

/** Whether a value is an object as JSON has them. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
