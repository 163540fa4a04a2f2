import { type Fact, MendkitError, type Reading } from '@mendkit/core'
import { z } from 'zod'
import { isWithinDepth } from './json-within.ts'

/** Letters of one answer that are kept. */
const maxText = 65_536
const maxFacts = 20
/** Letters of a text that is a fact. */
const maxValue = 200
const maxDepth = 24

const text = z.looseObject({ type: z.literal('text'), text: z.string() })
const textResource = z.looseObject({ type: z.literal('resource'), resource: z.looseObject({ text: z.string() }) })
const answerSchema = z.looseObject({
  content: z.array(z.looseObject({ type: z.string() })).default([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
})

/**
 * What a tool answered, as a reading. Its facts are of the kind `log`: an outside program's word, which people and models may
 * cite and which never counts as an observation of its own. Throws `rejected` for an answer that says that the tool failed and
 * `bad-response` for one that is none.
 */
export function parseAnswer(tool: string, answer: unknown, hide: (text: string) => string): Reading {
  const parsed = isWithinDepth(answer, maxDepth) ? answerSchema.safeParse(answer) : undefined
  if (parsed?.success !== true)
    throw new MendkitError(
      'bad-response',
      `${tool} answered what is no result of a tool, or one deeper than ${maxDepth}`,
    )
  const { content, structuredContent, isError } = parsed.data
  const parts = content.map(textOf)
  const words = hide(parts.flatMap((part) => part ?? []).join('\n'))
  if (isError === true) throw new MendkitError('rejected', `${tool} answered that it failed: ${words.slice(0, 500)}`)
  const structured = parts.every((part) => part === undefined) ? structuredText(structuredContent, hide) : undefined
  const whole = structured ?? words
  const kept = whole.slice(0, maxText)
  const warnings = [
    ...leftOut(content.filter((_, index) => parts[index] === undefined).map(({ type }) => type)),
    ...(kept.length < whole.length ? [`the answer was cut at ${maxText} of ${whole.length} characters`] : []),
  ]
  return {
    facts: [
      { name: `${tool}.parts`, kind: 'log', value: content.length },
      ...structuredFacts(tool, structuredContent, hide),
    ],
    ...(kept !== '' && { text: kept }),
    ...(warnings.length > 0 && { warnings }),
  }
}

function textOf(part: unknown): string | undefined {
  return text.safeParse(part).data?.text ?? textResource.safeParse(part).data?.resource.text
}

function structuredText(structured: unknown, hide: (text: string) => string): string | undefined {
  return structured === undefined ? undefined : hide(JSON.stringify(structured))
}

function leftOut(types: readonly string[]): readonly string[] {
  if (types.length === 0) return []
  const named = [...new Set(types)].slice(0, 5).map((type) => JSON.stringify(type.slice(0, 40)))
  return [`${types.length} parts that are no text were left out: ${named.join(', ')}`]
}

function structuredFacts(tool: string, structured: unknown, hide: (text: string) => string): readonly Fact[] {
  const fields = z.record(z.string(), z.unknown()).safeParse(structured).data ?? {}
  const facts = Object.entries(fields).flatMap(([field, value]): readonly Fact[] => {
    const name = `${tool}.field.${kebab(field)}`
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,62}$/.test(field)) return []
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
      return [{ name, kind: 'log', value }]
    if (typeof value !== 'string' || value.length > maxValue) return []
    return [{ name, kind: 'log', value: hide(value) }]
  })
  return facts.slice(0, maxFacts)
}

/** `listDeploys` and `list_deploys` as `list-deploys`: how facts and tools are named here. */
export function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}
