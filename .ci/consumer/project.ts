import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { repository, run } from '../lib/command.ts'
import type { Packed } from '../lib/packed.ts'
import { allPackages, examples, readManifest } from '../lib/workspace.ts'

/** The names of the packages that a program imports, without Node's own modules. */
export function importedPackages(code: string): string[] {
  const specifiers = ts.preProcessFile(code).importedFiles.map((one) => one.fileName)
  const outside = specifiers.filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
  return [...new Set(outside.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')))]
}

/** The exact versions of everything that this workspace is tested with. */
function testedVersions(): Map<string, string> {
  const root = readManifest(repository, 'package.json')
  const manifests = [root, ...[...allPackages(repository), ...examples(repository)].map((one) => one.manifest)]
  return new Map(manifests.flatMap((one) => Object.entries({ ...one.dependencies, ...one.devDependencies })))
}

/** What a user would type after `npm install` for this host: our packages, their peers, and what the host imports itself. */
function installList(packed: readonly Packed[], host: string): string[] {
  const ours = new Set(packed.map((one) => one.manifest.name))
  const peers = packed.flatMap(({ manifest }) =>
    Object.keys(manifest.peerDependencies ?? {}).filter((name) => !manifest.peerDependenciesMeta?.[name]?.optional),
  )
  const others = new Set([...peers, ...importedPackages(host), '@types/node'].filter((name) => !ours.has(name)))
  const versions = testedVersions()
  const pinned = [...others].map((name) => {
    const version = versions.get(name)
    if (version === undefined)
      throw new Error(`${name}: no package or example of this workspace says which version to test with`)
    return `${name}@${version}`
  })
  return [...packed.map((one) => one.tarball), ...pinned]
}

/** How users compile: the two ways to resolve modules that understand `exports`. */
const modes = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
}

/**
 * The configurations to compile with, by name. A host has the compiler's default libraries, which Hono's own types need.
 * Our packages by themselves must do without the browser's. Types are never waved through.
 */
function configurations(): Record<string, object> {
  const strict = { target: 'ES2024', types: ['node'], strict: true, skipLibCheck: false, outDir: 'out' }
  const alone = { ...strict, lib: ['ES2024', 'ESNext.Disposable'] }
  return Object.fromEntries(
    Object.entries(modes).flatMap(([name, mode]) => [
      [`host-${name}`, { compilerOptions: { ...strict, ...mode }, files: ['host.ts'] }],
      [`packages-${name}`, { compilerOptions: { ...alone, ...mode }, files: ['packages.ts'] }],
    ]),
  )
}

/**
 * Makes an npm project in an empty folder, with nothing in it but this host and what it installs. Returns the names of
 * its `tsconfig.<name>.json` files; what they compile goes to `out/`.
 */
export async function consumerProject(folder: string, packed: readonly Packed[], host: string): Promise<string[]> {
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content))
  write('package.json', { name: 'consumer', private: true, type: 'module' })
  const all = configurations()
  for (const [name, configuration] of Object.entries(all)) write(`tsconfig.${name}.json`, configuration)
  const imports = packed.map(({ manifest }, at) => `export * as package${at} from '${manifest.name}'\n`)
  writeFileSync(join(folder, 'packages.ts'), imports.join(''))
  writeFileSync(join(folder, 'host.ts'), `${host}\n`)
  const args = [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...installList(packed, host),
  ]
  const { code, output } = await run('npm', args, { cwd: folder })
  if (code !== 0) throw new Error(`npm install in an empty project ended with ${code}: ${output.trim()}`)
  return Object.keys(all)
}
