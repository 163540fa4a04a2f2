import { execFile } from 'node:child_process'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fencedCode } from '@mendkit/testbed'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** What a document of this repository shows in the fences of one language. */
export async function shownIn(document: string, language: string): Promise<readonly string[]> {
  return fencedCode(await readFile(join(root, document), 'utf8'), language)
}

/** Saves the programs of the guide to the first loop as it says; the packages are those of this workspace. */
export async function savePrograms(folder: string): Promise<void> {
  const programs = await shownIn('docs/guides/first-loop.md', 'ts')
  const save = (name: string, mark: string) =>
    writeFile(join(folder, name), programs.find((code) => code.includes(mark)) ?? '')
  await symlink(join(root, 'examples/minimal/node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await save('timeline.ts', 'incidents.timeline')
  await save('approve.ts', 'approvals.approve')
}

/** Runs a saved program to its end. Answers what it printed. */
export async function runProgram(folder: string, ...args: readonly string[]): Promise<string> {
  const command = ['--conditions=mendkit-source', ...args]
  return (await promisify(execFile)(process.execPath, command, { cwd: folder })).stdout
}
