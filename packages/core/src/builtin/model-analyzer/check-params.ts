import type { Fact } from '../../model/evidence.ts'
import type { Json, JsonObject } from '../../model/json.ts'
import type { CatalogueEntry } from '../../ports/investigation.ts'
import type { Board } from './board.ts'
import { isList, isObject, objectAt } from './json-at.ts'
import { shownValue } from './shown-text.ts'

/** Parameters that a schema took, or what is wrong with them. */
export type CheckedParams = { readonly params: JsonObject } | { readonly violations: readonly string[] }

/** A number with its unit, such as `512Mi` or `250m`: it has no room for words. */
const quantity = /^\d{1,12}(?:\.\d{1,6})?[A-Za-z%]{0,3}$/

/**
 * Checks parameters against the schema of their action, and that no text in them is a model's own: each is a value that a
 * machine reported, a part of an object that has a handle, a choice that the schema lists, or a number with its unit.
 */
export async function checkParams(
  path: string,
  text: string,
  entry: CatalogueEntry,
  board: Board,
): Promise<CheckedParams> {
  const params = objectIn(text)
  if (params === undefined) return { violations: [`${path}.params: must be a JSON object written as text`] }
  const problems = (await entry.problems?.(params)) ?? []
  if (problems.length > 0) return { violations: problems.map((problem) => `${path}.params: ${problem}`) }
  const known = new Set([...reportedTexts(board), ...choicesOf(entry.params)])
  const own = textsIn(params, fixedNames(entry.params)).filter((each) => !quantity.test(each) && !known.has(each))
  if (own.length === 0) return { params }
  return { violations: own.map((each) => `${path}.params: ${shownValue(each, 80)} is no value of a fact or an object`) }
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Values of facts that machines reported, and names and identities of objects that they are about. */
function* reportedTexts({ items, handles }: Board): Iterable<string> {
  for (const { evidence } of items.all()) for (const fact of evidence.facts) yield* textsOf(fact)
  for (const { resource } of handles.given()) for (const part of Object.values(resource)) yield String(part)
}

function* textsOf({ kind, name, value }: Fact): Iterable<string> {
  // Whoever sends an alert chooses its name.
  if (kind === 'log' || kind === 'alert') return
  if (typeof value === 'string') {
    yield value
    yield* value.split(', ')
  }
  // A part of the name names a part of the object, as the container in `container.app.restarts`.
  yield* name.split('.')
}

/** Every text in a value, and every name of a field that a schema did not fix. */
function textsIn(value: Json, fixed: ReadonlySet<string>): readonly string[] {
  if (typeof value === 'string') return [value]
  if (isList(value)) return value.flatMap((each) => textsIn(each, fixed))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, field]) => [
    ...(fixed.has(name) ? [] : [name]),
    ...textsIn(field, fixed),
  ])
}

/** Names of fields that a schema fixes, at any depth. */
function fixedNames(schema: Json): ReadonlySet<string> {
  if (isList(schema)) return new Set(schema.flatMap((each) => [...fixedNames(each)]))
  if (!isObject(schema)) return new Set()
  const own = Object.keys(objectAt(schema, 'properties') ?? {})
  return new Set([...own, ...Object.values(schema).flatMap((each) => [...fixedNames(each)])])
}

/** Texts that a schema lists as choices. */
function choicesOf(schema: Json): readonly string[] {
  if (isList(schema)) return schema.flatMap(choicesOf)
  if (!isObject(schema)) return []
  const own = [schema['const'], ...(isList(schema['enum']) ? schema['enum'] : [])]
  const below = Object.values(schema).flatMap(choicesOf)
  return [...own.filter((each) => typeof each === 'string'), ...below]
}
