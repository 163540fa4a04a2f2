import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseBundle } from '@mendkit/eval'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { withAsked } from './support/asked.ts'
import { mendkit } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

const asked = withAsked()
const replays = z.array(z.looseObject({ hash: z.string() }))

/** Exports the incident of the host's database into a file of its own. */
async function exported() {
  const { code, out, error } = await mendkit('eval', 'export', asked().incident, '--db', asked().copy())
  expect([code, error]).toEqual([0, ''])
  const path = join(temporaryFolder(), 'incident.json')
  writeFileSync(path, out)
  return { path, bundle: parseBundle(out, path) }
}

/** A model that holds something else for the cause. */
function otherModel(): string {
  const hypothesis = {
    cause: 'cosmic-rays',
    entity: 't1',
    summary: 'rays',
    mechanism: 'they flip bits',
    disproof: 'lead',
    citations: ['e1.f0'],
    confidence: 1,
  }
  const object = { unresolved: false, hypotheses: [hypothesis], actions: [], unknowns: [] }
  const path = join(temporaryFolder(), 'replies.json')
  writeFileSync(path, JSON.stringify({ version: 1, replies: [{ kind: 'object', object, times: 'always' }] }))
  return `scripted:${path}`
}

describe('an incident that a host explained', () => {
  test('is exported with its alerts, evidence and decisions', async () => {
    const { bundle } = await exported()
    expect(bundle.incident.id).toBe(asked().incident)
    expect(bundle.alerts).toMatchObject([{ labels: { alertname: 'KubePodCrashLooping' } }])
    expect(bundle.evidence.map(({ tool }) => tool)).toContain('kubernetes.rollouts')
    expect(bundle.decided).toMatchObject({
      hypotheses: [{ cause: 'bad-rollout' }],
      actions: [{ type: 'kubernetes.rollout-undo' }],
    })
  })

  test('is replayed with the hash of then, each time', async () => {
    const { path, bundle } = await exported()
    for (let time = 0; time < 2; time += 1) {
      const { code, out, error } = await mendkit('eval', 'replay', path, '--json')
      expect([code, error]).toEqual([0, ''])
      expect(replays.parse(JSON.parse(out))).toMatchObject([{ same: true, hash: bundle.hash, differences: [] }])
    }
    const { code, out } = await mendkit('eval', 'replay', path)
    expect([code, out]).toEqual([0, expect.stringContaining(`same  ${asked().incident}  ${bundle.hash.slice(0, 16)}`)])
  })

  test('is replayed with others of a folder', async () => {
    const { path } = await exported()
    const folder = join(temporaryFolder(), 'bundles')
    mkdirSync(folder)
    for (const name of ['a.json', 'b.json']) copyFileSync(path, join(folder, name))
    const { code, out } = await mendkit('eval', 'replay', folder, '--json')
    expect([code, replays.parse(JSON.parse(out)).length]).toEqual([0, 2])
  })

  test('differs with another model, and it is told in what', async () => {
    const { path, bundle } = await exported()
    // The rules cannot explain it without what they read.
    const evidence = bundle.evidence.filter(({ tool }) => tool === 'kubernetes.workload')
    writeFileSync(path, JSON.stringify({ ...bundle, evidence }))
    const { code, out, error } = await mendkit('eval', 'replay', path, '--model', otherModel())
    expect([code, error]).toEqual([3, ''])
    expect(out).toMatch(/^differs {2}inc_/)
    expect(out).toMatch(/gone hypothesis .*bad-rollout/)
    expect(out).toMatch(/new hypothesis .*cosmic-rays/)
    expect(out).toMatch(/gone action .*kubernetes\.rollout-undo/)
  })
})

describe('what is wrong is told', () => {
  test('an incident that is not there', async () => {
    const { code, out, error } = await mendkit('eval', 'export', 'inc_none', '--db', asked().copy())
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain('there is no incident inc_none in tenant default')
  })

  test('a file that is not there, one that is no bundle, and a folder without any', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'x.txt')
    writeFileSync(file, '{"bundle":2}')
    const said = async (path: string) => {
      const { code, error } = await mendkit('eval', 'replay', path)
      return [code, error]
    }
    expect(await said('/nowhere.json')).toEqual([1, expect.stringContaining('/nowhere.json cannot be read')])
    expect(await said(file)).toEqual([1, expect.stringMatching(/x\.txt: bundle/)])
    expect(await said(folder)).toEqual([2, expect.stringContaining('holds no bundle')])
  })
})
