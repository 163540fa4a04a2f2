import canonicalize from 'canonicalize'
import type { Json, JsonObject } from '../../model/json.ts'
import type { ModelTool } from '../../model/model-call.ts'
import type { Resource } from '../../model/resource.ts'
import type { EvidenceRequest } from '../../ports/evidence-source.ts'
import type { ToolEntry } from '../../ports/investigation.ts'
import { redact } from '../../redact/redact.ts'
import { redactObject } from '../../redact/redact-json.ts'
import type { Item, Items } from './items.ts'
import { isObject, listAt, objectAt } from './json-at.ts'

/** A tool in the form in which a model may call it: objects by handle, nothing that takes free text. */
export interface OfferedTool {
  readonly entry: ToolEntry
  /** As the model calls it. */
  readonly name: string
  /** Fields that an object fills in; empty when it takes none. */
  readonly resourceFields: readonly (keyof Resource)[]
  /** Fields that the model fills in itself. */
  readonly ownFields: JsonObject
  readonly requiredOwn: readonly string[]
  /** Fields that take any text: their values are borrowed from readings that code asked for. */
  readonly borrowed: readonly string[]
}

const resourceFieldNames: readonly (keyof Resource)[] = ['cluster', 'apiVersion', 'kind', 'namespace', 'name', 'uid']

/**
 * The tools that can be offered without letting a model write a text of its own into a query, a selector or a path. What
 * names an object is replaced by one field `target` that takes a handle; a choice, a number or a switch stays; an optional field
 * that takes any text is left out. One that is required takes the name of a reading, and means what code asked there: so a
 * query that a host configured can be looked at over a longer time. A tool that requires anything else is not offered.
 */
export function offeredTools(entries: readonly ToolEntry[]): readonly OfferedTool[] {
  const taken = new Set<string>()
  return entries.flatMap((entry) => {
    const fields = fieldsOf(entry)
    if (fields === undefined) return []
    const name = safeName(entry.name, taken)
    taken.add(name)
    return [{ entry, name, ...fields }]
  })
}

/** What every provider takes as the name of a tool, told apart from those that are taken. */
function safeName(name: string, taken: ReadonlySet<string>): string {
  const safe = name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 60)
  if (!taken.has(safe)) return safe
  for (let number = 2; ; number += 1) if (!taken.has(`${safe}_${number}`)) return `${safe}_${number}`
}

/** As a model is told of it. */
export function modelTool(tool: OfferedTool, items: Items): ModelTool {
  const { name, entry, resourceFields, ownFields, requiredOwn, borrowed } = tool
  const target = resourceFields.length === 0 ? {} : { target: { type: 'string', description: 'a handle, such as t2' } }
  const lent = borrowed.map((field) => {
    const choices = lendersOf(field, items).map(({ id }) => id)
    return [
      field,
      { type: 'string', enum: choices, description: `the reading of which the ${field} is taken` },
    ] as const
  })
  const input = {
    type: 'object',
    properties: { ...target, ...ownFields, ...Object.fromEntries(lent) },
    required: [...Object.keys(target), ...requiredOwn, ...borrowed],
    additionalProperties: false,
  }
  return { name, description: redact(entry.description), input: redactObject(input) }
}

/** Readings that asked with a text in this field. */
export function lendersOf(field: string, items: Items): readonly Item[] {
  const lenders = items.all().filter(({ evidence }) => typeof evidence.input[field] === 'string')
  return [...new Map(lenders.toReversed().map((item) => [item.evidence.input[field], item])).values()].toReversed()
}

/** The call that a tool gets for an object and the fields that a model chose. */
export function requestFor(
  { entry, resourceFields }: OfferedTool,
  target: Resource | undefined,
  own: JsonObject,
): EvidenceRequest {
  const named = resourceFields.flatMap((field) => {
    const value = target?.[field]
    return value === undefined ? [] : [[field, value] as const]
  })
  return { tool: entry.name, input: { ...own, ...Object.fromEntries(named) } }
}

/** Whether a tool takes an object of this kind at all, as far as its schema says. */
export function takes({ entry, resourceFields }: OfferedTool, resource: Resource): boolean {
  const properties = objectAt(entry.input, 'properties')
  const required = listAt(entry.input, 'required')
  return resourceFields.every((field) => {
    const value = resource[field]
    if (value === undefined) return !required.includes(field)
    const schema = objectAt(properties, field)
    const choices = schema?.['const'] === undefined ? listAt(schema, 'enum') : [schema['const']]
    return choices.length === 0 || choices.includes(value)
  })
}

/** Text that is equal for calls that ask the same. */
export function requestKey({ tool, input }: EvidenceRequest): string {
  return `${tool} ${canonicalize(input)}`
}

function fieldsOf({ input }: ToolEntry): Omit<OfferedTool, 'entry' | 'name'> | undefined {
  const properties = input['properties'] === undefined ? {} : objectAt(input, 'properties')
  if (input['type'] !== 'object' || properties === undefined) return undefined
  const required = listAt(input, 'required')
  // A field `name` that may be missing is a name for something else.
  const isResource = required.includes('name') && objectAt(properties, 'name')?.['type'] === 'string'
  const resourceFields = isResource ? resourceFieldNames.filter((field) => field in properties) : []
  const own = Object.entries(properties).filter(([field]) => !resourceFields.some((each) => each === field))
  const closed = own.filter(([, schema]) => isClosed(schema))
  const requiredOwn = closed.map(([field]) => field).filter((field) => required.includes(field))
  const open = own.filter(([field, schema]) => required.includes(field) && !isClosed(schema))
  if (open.some(([, schema]) => !isObject(schema) || schema['type'] !== 'string')) return undefined
  const borrowed = open.map(([field]) => field)
  return { resourceFields, ownFields: Object.fromEntries(closed), requiredOwn, borrowed }
}

/** Whether a field takes no text but one of a list. */
function isClosed(schema: Json): boolean {
  if (!isObject(schema)) return false
  const { type } = schema
  return type === 'boolean' || type === 'integer' || type === 'number' || 'enum' in schema || 'const' in schema
}
