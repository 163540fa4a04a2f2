import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheFolder } from '../src/build/cache-folder.ts'
import { findServers } from '../src/build/find-servers.ts'
import { goBuildOf, goServers, versitygw } from '../src/build/go-servers.ts'

test.each([...goServers, versitygw])('$name: the module tool line is the package that is built', (server) => {
  const build = goBuildOf(server)
  const pins = readFileSync(join(build.moduleFolder, 'go.mod'), 'utf8')
  expect(pins).toContain(`tool ${server.mainPackage}\n`)
  expect(build.binaryFolder).toMatch(new RegExp(`^${server.name}-${build.version}-[0-9a-f]{12}$`))
})

test.each(goServers.filter((server) => server.module === 'k8s.io/kubernetes'))(
  '$name: every staging module has the version that belongs to the release',
  (server) => {
    const build = goBuildOf(server)
    const staged = build.version.replace(/^v1\./, 'v0.')
    const replaced = readFileSync(join(build.moduleFolder, 'go.mod'), 'utf8').matchAll(/^\t(\S+) => (\S+) (\S+)$/gm)
    const wrong = [...replaced].filter(([, from, to, version]) => from !== to || version !== staged)
    expect(wrong).toEqual([])
    expect(build.arguments.join(' ')).toContain(`-X k8s.io/component-base/version.gitVersion=${build.version}`)
  },
)

test('the cache folder is the first of three that is named', () => {
  expect(cacheFolder({ MENDKIT_TESTBED_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a')
  expect(cacheFolder({ MENDKIT_TESTBED_CACHE: '', XDG_CACHE_HOME: '/b' })).toBe('/b/mendkit')
  expect(cacheFolder({})).toMatch(/\/\.cache\/mendkit$/)
})

test('an empty cache is reported as missing, by name', () => {
  const empty = mkdtempSync(join(tmpdir(), 'testbed-cache-'))
  const found = findServers(empty)
  rmSync(empty, { recursive: true })
  expect(found).toMatchObject({
    kind: 'missing',
    missing: expect.arrayContaining(['etcd', 'kubeApiServer', 'kubeControllerManager', 'kubeStateMetrics']),
  })
})
