import ts from 'typescript'
import { bare, place } from '../../lib/source.ts'

/** Global calls and constructions that touch nothing outside the value that they make. */
const pureRoots = new Set(['Object', 'Symbol', 'Array', 'String', 'Number', 'BigInt', 'JSON', 'Math', 'RegExp'])
const pureClasses = new Set([
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'RegExp',
  'TextEncoder',
  'TextDecoder',
  'URL',
  'Array',
])

const declarations = new Set([
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
  ts.SyntaxKind.ExportAssignment,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.VariableStatement,
  ts.SyntaxKind.ModuleDeclaration,
])

function rootName(expression: ts.Expression): string | undefined {
  let node = bare(expression)
  while (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node)) {
    node = bare(node.expression)
  }
  return ts.isIdentifier(node) ? node.text : undefined
}

/** Names that the file declares or imports from somewhere other than Node itself. */
function knownNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>()
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) names.add(statement.name?.text ?? '')
    if (ts.isVariableStatement(statement)) {
      for (const one of statement.declarationList.declarations) if (ts.isIdentifier(one.name)) names.add(one.name.text)
    }
    if (!ts.isImportDeclaration(statement)) continue
    const from = (statement.moduleSpecifier as ts.StringLiteral).text
    const clause = statement.importClause
    if (from.startsWith('node:') || clause === undefined) continue
    if (clause.name) names.add(clause.name.text)
    const bindings = clause.namedBindings
    if (bindings && ts.isNamespaceImport(bindings)) names.add(bindings.name.text)
    if (bindings && ts.isNamedImports(bindings)) for (const one of bindings.elements) names.add(one.name.text)
  }
  return names
}

function callProblem(node: ts.Node, known: ReadonlySet<string>): string | undefined {
  if (ts.isCallExpression(node)) {
    const name = rootName(node.expression)
    const pure = name === undefined || pureRoots.has(name) || node.expression.getText() === 'Date.UTC'
    if (pure || known.has(name)) return undefined
    return `${place(node)}: calls ${node.expression.getText()} at import`
  }
  if (ts.isNewExpression(node)) {
    const name = rootName(node.expression)
    const pure = name === undefined || pureClasses.has(name) || (name === 'Date' && (node.arguments?.length ?? 0) > 0)
    if (pure || known.has(name)) return undefined
    return `${place(node)}: makes a ${node.expression.getText()} at import`
  }
  return ts.isAwaitExpression(node) ? `${place(node)}: waits at import` : undefined
}

function isInstanceField(node: ts.Node): boolean {
  return ts.isPropertyDeclaration(node) && !node.modifiers?.some((one) => one.kind === ts.SyntaxKind.StaticKeyword)
}

/** Importing a package must do nothing: no I/O, no clock, no registration. */
export function importEffects(source: ts.SourceFile): string[] {
  const known = knownNames(source)
  const problems: string[] = []
  const descend = (node: ts.Node) => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node) || isInstanceField(node)) return
    const problem = callProblem(node, known)
    if (problem !== undefined) problems.push(problem)
    node.forEachChild(descend)
  }
  for (const statement of source.statements) {
    if (!declarations.has(statement.kind)) problems.push(`${place(statement)}: a statement that runs at import`)
    else if (ts.isImportDeclaration(statement) && statement.importClause === undefined) {
      problems.push(`${place(statement)}: an import for its effect`)
    } else if (ts.isVariableStatement(statement) || ts.isClassDeclaration(statement)) descend(statement)
  }
  return problems
}
