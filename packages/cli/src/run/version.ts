import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** The version of this package, also where it was built into one file. */
export function version(): string {
  // From src/run it lies two folders up, from dist one.
  for (const path of ['../package.json', '../../package.json']) {
    const manifest = manifestAt(new URL(path, import.meta.url))
    if (manifest !== undefined) return manifest.version
  }
  return 'unknown'
}

function manifestAt(url: URL) {
  try {
    const parsed = z.object({ name: z.literal('mendkit'), version: z.string() })
    return parsed.safeParse(JSON.parse(readFileSync(url, 'utf8'))).data
  } catch {
    return undefined
  }
}
