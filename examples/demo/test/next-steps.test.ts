import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { command } from '../src/options.ts'
import { changes } from '../src/story/next-steps.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))
const file = join(folder, 'src', 'host.ts')
const host = readFileSync(file, 'utf8')

/** What the compiler has against the host program with this text in place of its own. */
function complaints(text: string): readonly string[] {
  const read = (name: string) => ts.sys.readFile(name)
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(folder, 'tsconfig.json'), read).config,
    ts.sys,
    folder,
  )
  const compiler = ts.createCompilerHost(config.options)
  const fromDisk = compiler.getSourceFile.bind(compiler)
  compiler.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, rest[0]) : fromDisk(name, ...rest)
  const program = ts.createProgram([file], config.options, compiler)
  const source = program.getSourceFile(file)
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test('three lines of the host program change, each of which is there once', () => {
  expect(changes).toHaveLength(3)
  const lines = host.split('\n').map((line) => line.trim())
  expect(changes.map(([now]) => lines.filter((line) => line === now).length)).toEqual([1, 1, 1])
})

test('with these three lines changed the host program compiles', () => {
  expect(complaints(host)).toEqual([])
  expect(complaints(changes.reduce((text, [now, then]) => text.replace(now, then), host))).toEqual([])
  // The compiler did look at the changed text.
  expect(complaints(host.replace('read: cluster', 'red: cluster'))).not.toEqual([])
})

test('the command that it tells people is the one of the README', () => {
  expect(readFileSync(join(folder, '..', '..', 'README.md'), 'utf8')).toContain(`\n${command}\n`)
})
