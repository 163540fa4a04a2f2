import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Scenario, scenarioSchema } from '../scenario/schema.ts'
import type { Loaded } from './loaded.ts'

const caseSchema = z.looseObject({ expected_output: z.union([z.string(), z.array(z.string())]).default('') })
const issueSchema = z.looseObject({
  raw: z.looseObject({ labels: z.record(z.string(), z.string()) }),
})

/** Whether a folder holds cases with recorded output of tools, in groups `test_…`. */
export function isRecordedTools(folder: string): boolean {
  return groupsOf(folder).length > 0
}

/**
 * Reads cases of recorded tool output. Their observations are text that was printed for people, and their truths are sentences:
 * neither names an object that could be compared. So only alerts of which the truth says that nothing is wrong become controls.
 */
export function loadRecordedTools(folder: string): Loaded {
  const scenarios: Scenario[] = []
  const left: { id: string; because: string }[] = []
  for (const group of groupsOf(folder)) {
    for (const name of readdirSync(join(folder, group)).sort()) {
      const id = `${group}-${name}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
      const made = convert(id, join(folder, group, name))
      if (typeof made === 'string') left.push({ id, because: made })
      else scenarios.push(made)
    }
  }
  return { scenarios, left }
}

function convert(id: string, folder: string): Scenario | string {
  const truth = join(folder, 'test_case.yaml')
  const issue = join(folder, 'issue_data.json')
  if (!existsSync(truth)) return 'it has no test_case.yaml'
  const { expected_output: expected } = caseSchema.parse(parse(readFileSync(truth, 'utf8')))
  const alert = existsSync(issue) ? issueSchema.safeParse(JSON.parse(readFileSync(issue, 'utf8'))).data?.raw : undefined
  if (alert === undefined) return 'it answers a question of a person: there is no alert'
  if (![expected].flat().some((line) => /\bnot an issue\b/i.test(line))) {
    return 'its truth is a sentence and its observations are printed text: no entity can be compared'
  }
  return scenarioSchema.parse({
    schema: 1,
    id,
    title: [expected].flat()[0],
    alerts: [{ labels: alert.labels }],
    truth: { noFault: true },
  })
}

function groupsOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter(
      (name) =>
        name.startsWith('test_') &&
        readdirSync(join(folder, name)).some((each) => existsSync(join(folder, name, each, 'test_case.yaml'))),
    )
    .sort()
}
