import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { launch, launcher } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

/** A copy of the launcher in a package of its own, with these files beside it. */
function packageWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const part of ['bin', 'src', 'dist']) mkdirSync(join(folder, part))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'bin/package.json'), '{ "type": "commonjs" }')
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  copyFileSync(launcher, join(folder, 'bin/mendkit.js'))
  return join(folder, 'bin/mendkit.js')
}

const says = (what: string) => `console.log(${JSON.stringify(what)}, ...process.argv.slice(2)); process.exitCode = 3\n`
const main = { 'src/main.ts': `${says('sources')}console.log(process.execArgv.join())\n` }

test('runs what was built, with the words and the exit code passed through', async () => {
  const file = packageWith({ ...main, 'dist/main.js': says('built') })
  expect(await launch({}, [], file, 'status', '--json')).toEqual({ code: 3, out: 'built status --json\n', error: '' })
})

test('runs the sources by their export condition where nothing was built', async () => {
  const { code, out, error } = await launch({}, [], packageWith(main), 'status')
  expect([code, out, error]).toEqual([3, 'sources status\n--conditions=mendkit-source\n', ''])
})

test('runs the sources when it was started with their export condition, whatever was built', async () => {
  const file = packageWith({ ...main, 'dist/main.js': says('built') })
  expect((await launch({}, ['--conditions=mendkit-source'], file)).out).toContain('sources')
})

test.each(['12.22.12', '20.19.0', '22.18.0'])(
  'on Node %s says which Node is needed, and loads nothing',
  async (old) => {
    const folder = temporaryFolder()
    const preload = join(folder, 'old-node.cjs')
    writeFileSync(preload, `Object.defineProperty(process.versions, 'node', { value: '${old}' })\n`)
    const file = packageWith({ 'dist/main.js': says('built') })
    const { code, out, error } = await launch({}, ['--require', preload], file)
    expect([code, out]).toEqual([1, ''])
    expect(error).toMatch(/^mendkit needs Node 22\.19 or newer; this is Node /)
    expect(error).toContain(old)
  },
)

test('is what the package names as its command', async () => {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } })
  expect(fileURLToPath(new URL(`../${manifest.bin.mendkit}`, import.meta.url))).toBe(launcher)
  const { code, out } = await launch({}, ['--conditions=mendkit-source'], launcher, '--version')
  expect([code, out]).toEqual([0, `${manifest.version}\n`])
})
