import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository, run, tool } from '../lib/command.ts'
import { read } from '../lib/files.ts'
import { fences } from '../lib/markdown.ts'
import { type Packed, withPacked } from '../lib/packed.ts'
import { pnpm } from '../lib/pnpm.ts'
import { consumerProject } from './project.ts'
import { runHost } from './run-host.ts'
import { surroundings } from './surroundings.ts'

const oldestNode = join(repository, 'node_modules', 'node22', 'bin', 'node')

async function must(what: string, command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await run(command, args, { cwd })
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${output.trim()}`)
  console.log(`ok    ${what}`)
}

/** Every package can be imported by itself, on the oldest Node that it names. */
async function importAll(packed: readonly Packed[], folder: string): Promise<void> {
  for (const { manifest } of packed) {
    const code = `await import(${JSON.stringify(manifest.name)})`
    await must(`import of ${manifest.name} on Node 22`, oldestNode, ['--input-type=module', '--eval', code], folder)
  }
}

/** The command that is installed runs on the oldest Node that it names, and makes no database by a look. */
async function runCommandLine(folder: string): Promise<void> {
  const launcher = join(folder, 'node_modules', 'mendkit', 'bin', 'mendkit.js')
  await must('mendkit --help on Node 22', oldestNode, [launcher, '--help'], folder)
  await must('mendkit rbac on Node 22', oldestNode, [launcher, 'rbac', '--namespaces', 'shop'], folder)
  const { code, output } = await run(oldestNode, [launcher, 'status', '--db', 'no-such.db'], { cwd: folder })
  if (code !== 1 || !output.includes('does not exist')) throw new Error(`mendkit status ended with ${code}: ${output}`)
}

async function consume(packed: readonly Packed[], host: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-consumer-'))
  try {
    const configurations = await consumerProject(folder, packed, host)
    console.log(`ok    ${packed.length} tarballs installed into an empty npm project`)
    const compile = async (name: string) => {
      await must(`tsc of ${name}`, tool('tsc'), ['-p', `tsconfig.${name}.json`, '--pretty', 'false'], folder)
    }
    // All of them end before their folder goes.
    const compiled = await Promise.allSettled(configurations.map(compile))
    const failed = compiled.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))
    if (failed.length > 0) throw new Error(failed.map(({ message }) => message).join('\n'))
    await importAll(packed, folder)
    await runCommandLine(folder)
    await using around = await surroundings(folder)
    await runHost(folder, join('out', 'host.js'), host, around.env)
    console.log('ok    the host starts, answers and stops')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  const host = fences(read(repository, 'README.md')).find((fence) => fence.language === 'ts')
  if (host === undefined) throw new Error('README.md has no host program; its first ```ts fence must be one')
  // `--built`: `pnpm check` has just built what is packed here.
  const built = process.argv.includes('--built') ? undefined : await pnpm(['build'])
  if (built !== undefined && built.code !== 0) {
    throw new Error(`pnpm build ended with ${built.code}:\n${built.output.trim()}`)
  }
  await withPacked(repository, (packed) => consume(packed, host.code))
}

try {
  await main()
} catch (error) {
  console.error(`FAIL  ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
