import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { evaluate, loadScenarios, play, rulesOnly, type Scenario } from '../src/index.ts'
import { openWorld } from '../src/world/open-world.ts'

const templated = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), uid: z.string().optional() }),
  spec: z.looseObject({ template: z.looseObject({}) }),
})
type Field = readonly [path: string, value: unknown]

/** Every value of a tree by its path, but for images, which stand for what is simulated. */
function fieldsOf(value: unknown, path = ''): readonly Field[] {
  if (typeof value !== 'object' || value === null) return path.endsWith('/image') ? [] : [[path, value]]
  return Object.entries(value).flatMap(([key, each]) => fieldsOf(each, `${path}/${key}`))
}

/** The fields of the pod template in a folder of manifests. */
function templateIn(folder: string): readonly Field[] {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && !name.startsWith('kustomization'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  const all = texts.flatMap((text) => parseAllDocuments(text).map((each) => each.toJS() as unknown))
  const deployment = all
    .flatMap((each) => templated.safeParse(each).data ?? [])
    .find(({ kind }) => kind === 'Deployment')
  return fieldsOf(deployment?.spec.template)
}

/** The fields of the pod template to which the one proposed action returns. */
async function proposedTemplate(scenario: Scenario): Promise<readonly Field[]> {
  const { incidents } = await play(scenario, { analyzers: rulesOnly })
  const [action, ...more] = incidents.flatMap(({ actions }) => actions)
  expect([action?.type, more]).toEqual(['kubernetes.rollout-undo', []])
  const sets = openWorld(scenario).objects.all('apps/v1', 'ReplicaSet', action?.target?.namespace)
  const wanted = sets
    .map((each) => templated.parse(each))
    .find(({ metadata }) => metadata.uid === action?.params['replicaSet'])
  return fieldsOf(wanted?.spec.template)
}

const shared = new URL('../../../../shared/data/', import.meta.url).pathname
describe.skipIf(!existsSync(shared))('data of others (needs data sets beside the repository)', () => {
  test('what cannot be played is told with the reason, and what can is explained with the right fix', async () => {
    const { scenarios, left } = loadScenarios(join(shared, 'k8s-fault-dataset'))
    expect(scenarios.length + left.length).toBe(readdirSync(join(shared, 'k8s-fault-dataset/faults')).length - 1)
    const results = await Array.fromAsync(evaluate(scenarios))
    expect(results.map(({ top1, rightFix }) => [top1, rightFix])).toEqual(scenarios.map(() => [true, true]))
  })

  test('the fix that is proposed has every field of the restored manifest, and none that only the injected one has', async () => {
    const folder = join(shared, 'k8s-fault-dataset')
    const { scenarios } = loadScenarios(folder)
    expect(scenarios.length).toBeGreaterThan(0)
    for (const scenario of scenarios) {
      const fault = join(folder, 'faults', scenario.id.replace(/^fault-/, ''))
      const [restored, injected] = [templateIn(join(fault, 'restore')), templateIn(join(fault, 'inject'))]
      const proposed = new Map(await proposedTemplate(scenario))
      expect(restored.map(([path]) => [path, proposed.get(path)])).toEqual(restored)
      const kept = new Map(restored)
      const broken = injected.filter(([path, value]) => kept.get(path) !== value)
      expect(broken.filter(([path, value]) => proposed.get(path) === value)).toEqual([])
    }
  })

  test('alerts that are no issue are controls; sentences and truths without observations are left out', () => {
    expect(loadScenarios(join(shared, 'holmesgpt')).scenarios).toMatchObject([{ truth: { noFault: true } }])
    const { scenarios, left } = loadScenarios(join(shared, 'itbench'))
    expect(scenarios).toEqual([])
    expect(left.length).toBeGreaterThan(10)
  })
})
