import type { Check } from '../lib/check.ts'
import { compileSnippets } from '../lib/compile-fences.ts'
import { exists, files, read } from '../lib/files.ts'
import { fences } from '../lib/markdown.ts'

const hostLimit = 30
const hostExample = 'examples/minimal/src/main.ts'

/** A long host program in the README is a sign that the API asks too much of a host. */
function hostProblems(root: string): string[] {
  if (files(root, 'README.md').length === 0) return ['README.md: missing']
  const host = fences(read(root, 'README.md')).find((fence) => fence.language === 'ts')
  if (host === undefined) return ['README.md: no host program; its first ```ts fence must be one']
  const lines = host.code.split('\n').length
  const same = !exists(root, hostExample) || read(root, hostExample) === `${host.code}\n`
  return [
    ...(same ? [] : [`README.md:${host.line}: the host program differs from ${hostExample}, which is tested`]),
    ...(lines > hostLimit ? [`README.md:${host.line}: the host program has ${lines} lines, ${hostLimit} at most`] : []),
  ]
}

export const docFences: Check = {
  name: 'doc-fences',
  todo: 'mend the code in the document, or put `<!-- no-compile: reason -->` above a fence that cannot stand alone',
  run(root) {
    const documents = files(root, 'README.md', 'docs/guides/*.md', 'packages/*/README.md')
    const all = documents.flatMap((document) => fences(read(root, document)).map((fence) => ({ document, ...fence })))
    const typescript = all.filter((fence) => fence.language === 'ts')
    const excused = typescript.filter((fence) => fence.noCompile !== undefined)
    const compiled = typescript.filter((fence) => fence.noCompile === undefined)
    const problems = [
      ...hostProblems(root),
      ...excused
        .filter((one) => one.noCompile === '')
        .map((one) => `${one.document}:${one.line}: no-compile without a reason`),
      ...compileSnippets(root, compiled),
    ]
    return {
      says: `${compiled.length} examples in ${documents.length} documents compile, ${excused.length} excused`,
      problems,
    }
  },
}
