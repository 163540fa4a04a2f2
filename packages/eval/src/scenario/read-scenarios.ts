import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MendkitError, message } from '@mendkit/core'
import { parse } from 'yaml'
import { z } from 'zod'
import { renamed } from './rename.ts'
import { type Scenario, scenarioSchema } from './schema.ts'

const namesOnly = z.looseObject({ names: z.array(z.string()).default([]) })

/**
 * Reads the scenario files (`.yaml`, `.yml`, `.json`) of a folder, in order of their names. Names are replaced as the seed
 * says; 0 leaves them. Throws `invalid` that names the file and the field, also when two have one id.
 */
export function readScenarios(folder: string, { seed = 1 }: { readonly seed?: number } = {}): readonly Scenario[] {
  const files = readdirSync(folder)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
  const scenarios = files.map((name) => parseScenario(readFileSync(join(folder, name), 'utf8'), name, seed))
  const twice = scenarios.find(({ id }, index) => scenarios.findIndex((other) => other.id === id) !== index)
  if (twice !== undefined)
    throw new MendkitError('invalid', message`two scenarios of ${folder} have the id ${twice.id}`)
  return scenarios
}

/** Reads one scenario from YAML or JSON; `name` is told in errors. Throws `invalid`. */
export function parseScenario(text: string, name: string, seed = 1): Scenario {
  const raw = parsed(text, name)
  const { names } = check(namesOnly, raw, name)
  const { names: _, ...rest } = raw as Record<string, unknown>
  // The id names the file in reports, whatever the seed.
  const { id } = rest
  return check(scenarioSchema, { ...(renamed(rest, names, seed) as object), id, names }, name)
}

function parsed(text: string, name: string): unknown {
  try {
    // Aliases grow without bound in a hostile file.
    return parse(text, { maxAliasCount: 100 })
  } catch (error) {
    throw new MendkitError(
      'invalid',
      message`${name}: is no YAML: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path.join('.') ?? ''
  throw new MendkitError(
    'invalid',
    message`${name}: ${path || 'the whole file'}: ${issue?.message ?? 'is not valid'}`,
    { path },
  )
}
