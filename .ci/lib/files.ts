import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const outside = new Set(['node_modules', 'dist', 'coverage', '.git'])

/** Files under `root` that match the patterns, as sorted paths relative to it. Installed and built files are left out. */
export function files(root: string, ...patterns: string[]): string[] {
  const found = globSync(patterns, {
    cwd: root,
    exclude: (entry) => outside.has(entry.split('/').at(-1) ?? ''),
  })
  return [...new Set(found)].filter((path) => !path.split('/').some((part) => outside.has(part))).sort()
}

export function read(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export function exists(root: string, path: string): boolean {
  return existsSync(join(root, path))
}
