import { readdirSync, readFileSync } from 'node:fs'
import { simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { type KubernetesActionType, kubernetesActionTypes, leastPermissions } from '../src/index.ts'
import { actionOf, integrationOn } from './scene.ts'

const here = import.meta.dirname
const readme = readFileSync(`${here}/../README.md`, 'utf8')
const integration = integrationOn(simulatedCluster(), { nodes: true })

interface Row {
  readonly back: string
  readonly onFailure: string
  readonly health: string
  readonly locks: string
  readonly role: string
  readonly simulated: string
  readonly real: string
}

/** The table below "What holds for each action", by action type. */
const rows = new Map<string, Row>(
  readme
    .slice(readme.indexOf('### What holds for each action'))
    .split('\n')
    .filter((line) => line.startsWith('| `kubernetes.'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, type = '', back = '', onFailure = '', health = '', locks = '', role = '', simulated = '', real = '']) => [
      type.replaceAll('`', ''),
      { back, onFailure, health, locks, role, simulated, real },
    ]),
)

function rowOf(type: KubernetesActionType): Row {
  return rows.get(type) ?? expect.unreachable(`the README has no row for ${type}`)
}

function words({ verb, kind, subresource }: ReturnType<typeof leastPermissions>['act'][number]): string {
  return `${verb} ${kind}${subresource === undefined ? '' : `/${subresource}`}`
}

/** Verbs on the same kind together, as a person would say it. */
function roleOf(type: KubernetesActionType): string {
  const needs = leastPermissions([type]).act.filter(({ kind }) => kind !== 'Event')
  return needs.map(words).join(', ')
}

function filesOf(cell: string): readonly string[] {
  return [...cell.matchAll(/`([\w.-]+)`/g)].map(([, name = '']) => name)
}

test('the table of the README has every action once, and no other', () => {
  expect([...rows.keys()].toSorted()).toEqual(kubernetesActionTypes.toSorted())
})

describe.each(kubernetesActionTypes)('the row of %s', (type) => {
  const action = actionOf(type, integration)

  test('says how it is taken back, and what happens when it did not help', () => {
    const { back, onFailure } = rowOf(type)
    const replaced = type === 'kubernetes.evict-pod' ? 'its controller' : 'restored'
    expect(back).toBe(action.undo === 'restore-before' ? replaced : 'irreversible')
    expect(onFailure).toBe(action.onFailure)
  })

  test('names what the role to act must allow beside Events', () => {
    expect(rowOf(type).role).toBe(roleOf(type))
  })

  test('names checks that the integration has', () => {
    const ids = (integration.checks ?? []).map(({ id }) => id.replace(/^kubernetes\.|:test$/g, ''))
    expect(ids).toContain(rowOf(type).health)
  })

  test.each([
    ['simulated', false],
    ['real', true],
  ] as const)('names tests on a %s cluster that play it', (which, isReal) => {
    const files = filesOf(rowOf(type)[which])
    expect(files).not.toEqual([])
    const all = readdirSync(here)
    for (const name of files) {
      const file = `${name}.${isReal ? 'e2e.' : ''}test.ts`
      expect(all).toContain(file)
      const text = readFileSync(`${here}/${file}`, 'utf8')
      const cases = text.includes('catalogueCases') ? readFileSync(`${here}/catalogue-cases.ts`, 'utf8') : ''
      expect(text + cases).toContain(`'${type}'`)
    }
  })
})
