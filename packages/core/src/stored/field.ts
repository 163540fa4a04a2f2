import type { Json, JsonObject } from '../model/json.ts'

/** The way to a part of a value, outermost first; empty for the value itself. */
type Path = readonly PropertyKey[]

/**
 * How one value of a stored row is checked. Plain functions, because every row is checked whenever it is read or written.
 * `is` is never set: it makes the compiler demand the very type, so that a check that allows less than the model, or more,
 * does not compile. `Required` is there because types that differ only by an optional key can stand for each other.
 */
export interface Field<Value> {
  /** The way to the first part that is wrong; undefined when nothing is. */
  readonly wrongAt: (value: unknown) => Path | undefined
  readonly is?: (value: Value, whole: Required<Value>) => readonly [Value, Required<Value>]
}

/** A field that may be absent. */
export interface OptionalField<Value> extends Field<Value> {
  readonly optional: true
}

/** A field for every key of a model and for nothing else; optional keys take optional fields. */
export type Shape<Model> = {
  readonly [Key in keyof Required<Model>]: Record<never, never> extends Pick<Model, Key>
    ? OptionalField<Required<Model>[Key]>
    : Field<Model[Key]> & { readonly optional?: never }
}

const here: Path = []

/** A field that holds what passes a test. */
export function field<Value>(test: (value: unknown) => value is Value): Field<Value> {
  return { wrongAt: (value) => (test(value) ? undefined : here) }
}

/** Any text. */
export const text = field((value) => typeof value === 'string')

/** ISO 8601 text. */
export const time = field((value): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value)))

/** A finite number, such as milliseconds since 1970. */
export const number = field((value): value is number => Number.isFinite(value))

/** A whole number, 0 or more. */
export const whole = field((value): value is number => Number.isSafeInteger(value) && Number(value) >= 0)

/** True or false. */
export const flag = field((value) => typeof value === 'boolean')

/** Any JSON. What `JSON.parse` made cannot be anything else. */
export const json = field((value): value is Json => value !== undefined)

/** A JSON object. */
export const jsonObject = field((value): value is JsonObject => isObject(value))

/** One of these words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Field<Word> {
  const known = new Set<unknown>(words)
  return field((value): value is Word => known.has(value))
}

/** What one of these fields holds. */
export function either<Values extends readonly unknown[]>(
  ...fields: { readonly [Index in keyof Values]: Field<Values[Index]> }
): Field<Values[number]> {
  return { wrongAt: (value) => (fields.some(({ wrongAt }) => wrongAt(value) === undefined) ? undefined : here) }
}

/** Makes a field one that may be absent. */
export function optional<Value>({ wrongAt }: Field<Value>): OptionalField<Value> {
  return { wrongAt: (value) => (value === undefined ? undefined : wrongAt(value)), optional: true }
}

/** Any number of these. */
export function list<Value>({ wrongAt }: Field<Value>): Field<readonly Value[]> {
  return {
    wrongAt(value) {
      if (!Array.isArray(value)) return here
      for (const [index, item] of value.entries()) {
        const path = wrongAt(item)
        if (path !== undefined) return [index, ...path]
      }
      return undefined
    },
  }
}

/** These by name. */
export function record<Value>({ wrongAt }: Field<Value>): Field<Readonly<Record<string, Value>>> {
  return {
    wrongAt(value) {
      if (!isObject(value)) return here
      for (const [key, item] of Object.entries(value)) {
        const path = wrongAt(item)
        if (path !== undefined) return [key, ...path]
      }
      return undefined
    },
  }
}

/** Every field of a model. Fields that the model does not have are allowed, and `others` says what they may hold. */
export function object<Model>(shape: Shape<Model>, others?: Field<Required<Model>[keyof Model]>): Field<Model> {
  return { wrongAt: shapeCheck(shape, others) }
}

/** A model that is one of several, told apart by `kind`. */
export function byKind<Model extends { readonly kind: string }>(
  shapes: {
    readonly [Kind in Model['kind']]: Omit<Shape<Extract<Model, { kind: Kind }>>, 'kind'>
  },
): Field<Model> {
  const variants = new Map<unknown, Check>(
    Object.entries<object>(shapes).map(([kind, shape]) => [kind, shapeCheck(shape)]),
  )
  return {
    wrongAt(value) {
      if (!isObject(value)) return here
      const variant = variants.get(value['kind'])
      return variant === undefined ? ['kind'] : variant(value)
    },
  }
}

type Check = Field<never>['wrongAt']

function shapeCheck(shape: object, others?: Pick<Field<never>, 'wrongAt'>): Check {
  const fields = new Map(Object.entries<Field<never>>(shape as Readonly<Record<string, Field<never>>>))
  return (value) => {
    if (!isObject(value)) return here
    for (const [key, { wrongAt }] of fields) {
      const path = wrongAt(value[key])
      if (path !== undefined) return [key, ...path]
    }
    if (others === undefined) return undefined
    return record<never>(others).wrongAt(Object.fromEntries(Object.entries(value).filter(([key]) => !fields.has(key))))
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
