import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Proofs that others made, over eight known leaves. Indices count from 0. */
export interface ForeignVectors {
  readonly leaves: readonly Buffer[]
  /** By size, from 1. */
  readonly roots: readonly Buffer[]
  readonly inclusion: readonly { readonly index: number; readonly size: number; readonly path: readonly Buffer[] }[]
  readonly consistency: readonly { readonly old: number; readonly size: number; readonly path: readonly Buffer[] }[]
}

const folder = join(import.meta.dirname, '..', '..', 'go', 'merkle-vectors')
const module = 'github.com/transparency-dev/merkle'

/** Where Go keeps the module that `go/merkle-vectors/go.mod` pins; undefined without Go, or when it is not there and cannot be fetched. */
function moduleFolder(): string | undefined {
  const { status, stdout } = spawnSync('go', ['mod', 'download', '-json', module], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GOTOOLCHAIN: 'local' },
  })
  if (status !== 0) return undefined
  return (JSON.parse(stdout) as { readonly Dir?: string }).Dir
}

/** Reads the vectors out of the tests of a Go library for such trees; undefined when that is not there. */
export function foreignVectors(): ForeignVectors | undefined {
  const found = moduleFolder()
  if (found === undefined) return undefined
  const source = readFileSync(join(found, 'proof', 'verify_test.go'), 'utf8')
  const cases = (name: string) =>
    [...block(source, name).matchAll(/\{(\d+), (\d+), (?:nil|\[\]\[\]byte\{([^}]*)\})\}/g)].map(
      ([, left = '', right = '', hashes = '']) => [Number(left), Number(right), hexOf(hashes)] as const,
    )
  return {
    leaves: hexOf(block(source, 'leaves')),
    roots: hexOf(block(source, 'roots')),
    inclusion: cases('inclusionProofs')
      // Theirs count leaves from 1, and begin with a case of none.
      .filter(([leaf]) => leaf > 0)
      .map(([leaf, size, path]) => ({ index: leaf - 1, size, path })),
    consistency: cases('consistencyProofs').map(([old, size, path]) => ({ old, size, path })),
  }
}

/** The lines of a variable, from its name to the end of its list. */
function block(source: string, name: string): string {
  const [, rest = ''] = new RegExp(`\\n\\t${name} += [^\\n]*\\{\\n([\\s\\S]*?)\\n\\t\\}\\n`).exec(source) ?? []
  if (rest === '') throw new Error(`the tests of ${module} have no list ${name} any more`)
  return rest
}

function hexOf(text: string): readonly Buffer[] {
  return [...text.matchAll(/dh\("([0-9a-f]*)", \d+\)/g)].map(([, hex = '']) => Buffer.from(hex, 'hex'))
}
