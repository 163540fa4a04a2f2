import { join } from 'node:path'
import ts from 'typescript'
import { workspaceOptions } from './program.ts'
import type { WorkspacePackage } from './workspace.ts'

const printer = ts.createPrinter({ removeComments: true })

/** The type entries that users of a package get, by the name under which they import them. */
function typeEntries({ manifest }: WorkspacePackage): [specifier: string, path: string][] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const types = typeof target === 'string' ? undefined : target['types']
    return types === undefined ? [] : [[`${manifest.name}${subpath.slice(1)}`, types] as [string, string]]
  })
}

function printed(node: ts.Node): string {
  // A variable's type stands in its declaration; the words around it stand two levels up.
  const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node
  return printer
    .printNode(ts.EmitHint.Unspecified, whole, node.getSourceFile())
    .replace(/^export /, '')
    .replace(/^declare /, '')
}

/** The package's own top-level declarations that a declaration mentions. */
function mentioned(node: ts.Node, checker: ts.TypeChecker, own: (one: ts.Node) => boolean): ts.Symbol[] {
  const found: ts.Symbol[] = []
  const visit = (child: ts.Node) => {
    const symbol = ts.isIdentifier(child) ? resolved(checker.getSymbolAtLocation(child), checker) : undefined
    const topLevel = symbol?.declarations?.some((one) => own(one) && isTopLevel(one))
    if (symbol && topLevel) found.push(symbol)
    child.forEachChild(visit)
  }
  visit(node)
  return found
}

function isTopLevel(node: ts.Node): boolean {
  const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node
  return ts.isSourceFile(whole.parent) && !ts.isImportDeclaration(whole)
}

function resolved(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): ts.Symbol | undefined {
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}

function entryReport(specifier: string, file: ts.SourceFile, checker: ts.TypeChecker, folder: string): string[] {
  const module = checker.getSymbolAtLocation(file)
  const own = (node: ts.Node) => node.getSourceFile().fileName.startsWith(`${folder}/dist/`)
  const exported = module ? checker.getExportsOfModule(module) : []
  const seen = new Set<ts.Symbol>()
  const queue: ts.Symbol[] = []

  const describe = (name: string, symbol: ts.Symbol): [string, string] => {
    const target = resolved(symbol, checker) ?? symbol
    seen.add(target)
    const declarations = (target.declarations ?? []).filter(own)
    queue.push(...declarations.flatMap((one) => mentioned(one, checker, own)))
    const text =
      declarations.length === 0 ? `// ${name} comes from another package` : declarations.map(printed).join('\n')
    return [name, text]
  }

  const surface = exported.map((symbol) => describe(symbol.name, symbol)).sort(byName)
  const helpers: [string, string][] = []
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (!seen.has(next)) helpers.push(describe(next.name, next))
  }
  const block = (list: [string, string][]) => ['```ts', list.map(([, text]) => text).join('\n\n'), '```', '']
  return [
    `## ${specifier}`,
    '',
    ...block(surface),
    ...(helpers.length === 0 ? [] : ['Used by the above and not exported:', '', ...block(helpers.sort(byName))]),
  ]
}

/** Everything that users of a built package can reach, in a form where each change of it is a readable diff. */
export function apiReport(root: string, one: WorkspacePackage): string {
  const folder = join(root, one.folder)
  const entries = typeEntries(one)
  const paths = entries.map(([, path]) => join(folder, path))
  const program = ts.createProgram(paths, workspaceOptions())
  const checker = program.getTypeChecker()
  const sections = entries.flatMap(([specifier, path]) => {
    const file = program.getSourceFile(join(folder, path))
    if (file === undefined) throw new Error(`${one.folder}/${path}: missing; run \`pnpm build\` first`)
    return entryReport(specifier, file, checker, folder)
  })
  const intro = `The public surface of \`${one.manifest.name}\`, written by \`pnpm api:update\` from the built types.`
  return [`# API of ${one.manifest.name}`, '', intro, '', ...sections].join('\n')
}
