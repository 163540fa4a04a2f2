import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MendkitError } from '@mendkit/core'
import { build } from 'esbuild'

const program = fileURLToPath(new URL('../host/host-program.ts', import.meta.url))
/** Packages that were made for `require` find none in a module. */
const banner = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

/** The program of a host in this folder. */
export function compiledHost(folder: string): string {
  return join(folder, 'host.mjs')
}

/**
 * Makes one file of the host's program and all that it imports, and loads it once, so that Node has it compiled as well: a host is
 * started hundreds of times, and from its sources that takes twice the time of everything that it does until it is killed.
 */
export async function compileHost(folder: string): Promise<void> {
  await build({
    entryPoints: [program],
    outfile: compiledHost(folder),
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['mendkit-source'],
    // Only asked for by `pg` itself, which does without.
    external: ['pg-native'],
    banner: { js: banner },
    sourcemap: 'linked',
    logLevel: 'error',
  })
  const env = { ...process.env, NODE_COMPILE_CACHE: folder }
  const child = spawn(process.execPath, [compiledHost(folder)], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new MendkitError('unavailable', `the host's program cannot be loaded: it ended with ${code}`)
}
