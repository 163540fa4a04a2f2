import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apiReport } from '../../lib/api-report.ts'
import { run } from '../../lib/command.ts'
import { publishedPackages } from '../../lib/workspace.ts'
import { apiReports } from '../api-report.ts'
import { tarballProblems } from '../packed.ts'
import { fixture, manifest } from './fixture.ts'

const exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
const declarations = `
interface Hidden { readonly a: string }
/** A comment that may change. */
interface Shown { readonly hidden: Hidden }
declare function make(): Shown
declare const limit: number
export { make, type Shown, limit as max }
`

function report(text: string): string {
  const root = fixture({
    'packages/core/package.json': manifest('@mendkit/core', { exports }),
    'packages/core/dist/index.d.ts': text,
  })
  const [core] = publishedPackages(root)
  if (core === undefined) throw new Error('the fixture has one package')
  return apiReport(root, core)
}

describe('the API report', () => {
  test('has what users can reach, by name, and names what is used but not exported', () => {
    const [surface = '', rest = ''] = report(declarations).split('Used by the above and not exported:')
    expect(surface.indexOf('interface Shown')).toBeLessThan(surface.indexOf('function make'))
    expect(surface).toContain('const limit: number')
    expect(surface).not.toContain('interface Hidden')
    expect(rest).toContain('interface Hidden')
  })

  test('changes with the surface and not with comments or order', () => {
    const before = report(declarations)
    expect(report(declarations.replace('that may change', 'that did'))).toBe(before)
    expect(report(declarations.replace('make, type Shown', 'type Shown, make'))).toBe(before)
    expect(report(declarations.replace('readonly a: string', 'readonly a: number'))).not.toBe(before)
    expect(report(declarations.replace('make(): Shown', 'make(a?: string): Shown'))).not.toBe(before)
  })

  test('is compared with the one in git', async () => {
    const built = {
      'packages/core/package.json': manifest('@mendkit/core', { exports }),
      'packages/core/dist/index.d.ts': declarations,
    }
    const run = (more: Record<string, string>) => apiReports.run(fixture({ ...built, ...more }))
    expect((await run({})).problems).toEqual(['packages/core/etc/core.api.md: missing'])
    expect((await run({ 'packages/core/etc/core.api.md': report(declarations) })).problems).toEqual([])
    const old = report(declarations.replace('limit: number', 'limit: string'))
    expect((await run({ 'packages/core/etc/core.api.md': old })).problems).toHaveLength(1)
  })
})

async function tarball(contents: Record<string, string | object>): Promise<string> {
  const root = fixture(
    Object.fromEntries(Object.entries(contents).map(([path, content]) => [`package/${path}`, content])),
  )
  const path = join(root, 'package.tgz')
  const { code, output } = await run('tar', ['-czf', path, '-C', root, 'package'])
  if (code !== 0) throw new Error(output)
  return path
}

describe('packed', () => {
  const sound = {
    'package.json': { ...manifest('a'), type: 'module', exports, repository: 'github:a/a', engines: { node: '>=22' } },
    'README.md': 'a',
    LICENSE: 'a',
    'dist/index.js': 'export const a = 1\n',
    'dist/index.d.ts': 'export declare const a: number\n',
  }
  const found = async (change: Record<string, string | object>) => {
    const tested = { manifest: { name: 'a', version: '0.1.0' }, tarball: await tarball({ ...sound, ...change }) }
    return (await tarballProblems(tested)).join('\n')
  }

  test('accepts a sound package', async () => {
    expect(await found({})).toBe('')
  })

  test('finds a missing file, a wrong export and types that lie', async () => {
    const { LICENSE: _, ...unlicensed } = sound
    const withoutLicence = { manifest: { name: 'a', version: '0.1.0' }, tarball: await tarball(unlicensed) }
    expect(await tarballProblems(withoutLicence)).toEqual(['a: the tarball has no package/LICENSE'])
    const gone = { '.': { types: './dist/index.d.ts', default: './dist/gone.js' } }
    expect(await found({ 'package.json': { ...sound['package.json'], exports: gone } })).toContain('publint')
    expect(await found({ 'dist/index.d.ts': "export * from './gone'\n" })).toContain('attw')
  })
})
