import { z } from 'zod'
import type { Json, JsonObject } from '../model/json.ts'

/**
 * How one value of a stored row is checked. `is` is never set: it makes the compiler demand the very type, so that a check
 * that allows less than the model, or more, does not compile. `Required` is there because types that differ only by an
 * optional key can stand for each other.
 */
export interface Field<Value> {
  readonly schema: z.ZodType
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

/** The field that a schema describes. */
export function field<Schema extends z.ZodType>(schema: Schema): Field<z.output<Schema>> {
  return { schema }
}

/** Any text. */
export const text = field(z.string())

/** ISO 8601 text. */
export const time = field(z.string().refine((value) => !Number.isNaN(Date.parse(value))))

/** A finite number, such as milliseconds since 1970. */
export const number = field(z.number())

/** A whole number, 0 or more. */
export const whole = field(z.int().min(0))

/** True or false. */
export const flag = field(z.boolean())

/** Any JSON. What `JSON.parse` made cannot be anything else. */
export const json = field(z.custom<Json>((value) => value !== undefined))

/** A JSON object. */
export const jsonObject = field(
  z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
)

/** One of these words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Field<Word> {
  return field(z.enum(words))
}

/** Makes a field one that may be absent. */
export function optional<Value>({ schema }: Field<Value>): OptionalField<Value> {
  return { schema: schema.optional(), optional: true }
}

/** Any number of these. */
export function list<Value>(of: Field<Value>): Field<readonly Value[]> {
  return { schema: z.array(of.schema) }
}

/** These by name. */
export function record<Value>(of: Field<Value>): Field<Readonly<Record<string, Value>>> {
  return { schema: z.record(z.string(), of.schema) }
}

/** Every field of a model. Fields that the model does not have are allowed, and `others` says what they may hold. */
export function object<Model>(shape: Shape<Model>, others?: Field<Required<Model>[keyof Model]>): Field<Model> {
  return { schema: objectSchema(shape, others?.schema) }
}

/** A model that is one of several, told apart by `kind`. */
export function byKind<Model extends { readonly kind: string }>(
  shapes: {
    readonly [Kind in Model['kind']]: Omit<Shape<Extract<Model, { kind: Kind }>>, 'kind'>
  },
): Field<Model> {
  const variants = Object.entries<object>(shapes).map(([kind, shape]) =>
    objectSchema({ ...shape, kind: field(z.literal(kind)) }),
  )
  const [first, ...rest] = variants
  const schema = first === undefined ? z.never() : z.discriminatedUnion('kind', [first, ...rest])
  return { schema }
}

function objectSchema(shape: object, others: z.ZodType = z.unknown()): z.ZodObject {
  const schemas = Object.entries<Field<never>>(shape as Readonly<Record<string, Field<never>>>)
  return z.object(Object.fromEntries(schemas.map(([key, { schema }]) => [key, schema]))).catchall(others)
}
