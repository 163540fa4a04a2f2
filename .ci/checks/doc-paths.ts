import { dirname, join, normalize } from 'node:path'
import type { Check } from '../lib/check.ts'
import { exists, files, read } from '../lib/files.ts'
import { readManifest } from '../lib/workspace.ts'

const map = 'docs/map.md'
const builtIn = new Set(['install', 'add', 'exec', 'pack', 'audit', 'why', 'list', 'dlx'])

const fence = /^```.*\n([\s\S]*?)^```/gm

/** Code spans such as `packages/core/src`, and the first word of each line of a fence, as in a drawn tree. */
function codeSpans(text: string): string[] {
  const spans = [...text.replaceAll(fence, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  const drawn = [...text.matchAll(fence)].flatMap((match) =>
    (match[1] ?? '').split('\n').map((line) => /^\S+/.exec(line)?.[0] ?? ''),
  )
  return [...spans, ...drawn]
}

function looksLikePath(span: string): boolean {
  return /^[\w.@*<>{}[\]-]+(?:\/[\w.@*<>{},[\]-]*)+$/.test(span) && !/^@[\w-]+\/[\w-]+(?:\/[\w-]+)?$/.test(span)
}

/** `<name>` in a path stands for anything; a folder may end in a slash. */
function pathProblem(root: string, span: string): string[] {
  const pattern = span.replaceAll(/<[^>]+>/g, '*').replace(/\/$/, '')
  const found = /[*{[]/.test(pattern) ? files(root, pattern).length > 0 : exists(root, pattern)
  return found ? [] : [`${map}: \`${span}\` does not exist`]
}

function scriptProblems(root: string, text: string): string[] {
  const scripts = (readManifest(root, 'package.json') as { scripts?: Record<string, string> }).scripts ?? {}
  const used = [...text.matchAll(/\bpnpm(?:@[\d.]+)? (?:run )?([a-z][\w:-]*)/g)].map((match) => match[1] ?? '')
  const missing = [...new Set(used)].filter((name) => !(name in scripts) && !builtIn.has(name))
  return missing.map((name) => `${map}: \`pnpm ${name}\` is not a script of package.json`)
}

function linkProblems(root: string, path: string): string[] {
  const prose = read(root, path).replaceAll(fence, '')
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
  return targets
    .filter((target) => !/^(?:[a-z]+:|#)/i.test(target))
    .filter((target) => !exists(root, normalize(join(dirname(path), target.replace(/#.*$/, '')))))
    .map((target) => `${path}: link to ${target}, which does not exist`)
}

export const docPaths: Check = {
  name: 'doc-paths',
  todo: 'mend the path, link or command in the document; a map that lies is worse than none',
  run(root) {
    const documents = files(root, '*.md', 'docs/**/*.md', 'packages/*/*.md', 'examples/*/*.md', '.github/*.md').filter(
      (path) => !path.startsWith('docs/api/') && !path.endsWith('CHANGELOG.md'),
    )
    const text = exists(root, map) ? read(root, map) : ''
    const spans = codeSpans(text).filter(looksLikePath)
    const problems = [
      ...spans.flatMap((span) => pathProblem(root, span)),
      ...scriptProblems(root, text),
      ...documents.flatMap((path) => linkProblems(root, path)),
    ]
    return { says: `${spans.length} paths in ${map}, links of ${documents.length} documents`, problems }
  },
}
