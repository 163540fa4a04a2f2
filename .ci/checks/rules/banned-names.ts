import ts from 'typescript'
import { bare, memberName, place } from '../../lib/source.ts'
import { bannedGlobals, bannedMembers, guardedGlobals, localDateMember, nodeImports } from './nondeterminism.ts'

/** True when the symbol is declared by the language's or Node's own type files, or by nothing that can be found. */
function isGlobal(symbol: ts.Symbol | undefined): boolean {
  const declared = symbol?.declarations ?? []
  if (declared.length === 0) return true
  return declared.some((one) => /\/typescript\/lib\/lib\.|\/@types\/node\//.test(one.getSourceFile().fileName))
}

function isTypePosition(node: ts.Node): boolean {
  return ts.isPartOfTypeNode(node) || ts.isTypeQueryNode(node.parent)
}

/** True for `name` in `a.name`, `{ name: … }` and declarations: positions that do not read the global. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true
  return (
    ts.isQualifiedName(parent) ||
    ((parent as ts.NamedDeclaration).name === node && !ts.isShorthandPropertyAssignment(parent))
  )
}

/** The outermost node that stands for the same value, through parentheses and casts. */
function wrapped(node: ts.Node): ts.Node {
  let outer = node
  while (
    ts.isParenthesizedExpression(outer.parent) ||
    ts.isAssertionExpression(outer.parent) ||
    ts.isNonNullExpression(outer.parent)
  ) {
    outer = outer.parent
  }
  return outer
}

function guardedUse(node: ts.Identifier, allowed: ReadonlySet<string>): string | undefined {
  const value = wrapped(node)
  const { parent } = value
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) {
    const member = memberName(parent)
    if (parent.expression === value) {
      return member !== undefined && allowed.has(member) ? undefined : `${node.text}.${member ?? '[computed]'}`
    }
  }
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return undefined
  if (node.text === 'Date' && ts.isNewExpression(parent) && parent.expression === value) {
    const [first] = parent.arguments ?? []
    return first !== undefined && !ts.isSpreadElement(first) ? undefined : 'new Date() without a time'
  }
  return `${node.text} as a value`
}

function identifierUse(node: ts.Identifier, checker: ts.TypeChecker): string | undefined {
  if (isTypePosition(node) || isOnlyAName(node)) return undefined
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node)
  const allowed = Object.hasOwn(guardedGlobals, node.text) ? guardedGlobals[node.text] : undefined
  if ((!bannedGlobals.has(node.text) && allowed === undefined) || !isGlobal(symbol)) return undefined
  return allowed === undefined ? node.text : guardedUse(node, allowed)
}

function memberUse(
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  checker: ts.TypeChecker,
): string | undefined {
  const name = memberName(node)
  if (name === undefined) return undefined
  if (bannedMembers.has(name)) return `.${name}`
  if (name === 'constructor') return '.constructor'
  const owner = checker.getTypeAtLocation(bare(node.expression)).getSymbol()
  return owner?.name === 'Date' && isGlobal(owner) && localDateMember.test(name) ? `Date's .${name}` : undefined
}

function importUse(node: ts.ImportDeclaration): string[] {
  const from = (node.moduleSpecifier as ts.StringLiteral).text
  if (!from.startsWith('node:')) return []
  if (node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return []
  const allowed = Object.hasOwn(nodeImports, from) ? nodeImports[from] : undefined
  if (allowed === undefined) return [`import of ${from}`]
  const bindings = node.importClause?.namedBindings
  if (node.importClause?.name || bindings === undefined || ts.isNamespaceImport(bindings))
    return [`import of all of ${from}`]
  const taken = bindings.elements.filter((one) => !one.isTypeOnly).map((one) => (one.propertyName ?? one.name).text)
  return taken.filter((name) => !allowed.test(name)).map((name) => `${name} of ${from}`)
}

/** Uses of time, chance, timers, the network and the machine's language that do not come through a port. */
export function bannedUses(node: ts.Node, checker: ts.TypeChecker): string[] {
  const said = (use: string | undefined) => (use === undefined ? [] : [`${place(node)}: ${use}`])
  if (ts.isIdentifier(node)) return said(identifierUse(node, checker))
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return said(memberUse(node, checker))
  if (ts.isImportDeclaration(node)) return importUse(node).flatMap(said)
  if (ts.isBindingElement(node)) {
    const name = (node.propertyName ?? node.name).getText()
    return said(bannedMembers.has(name) ? `.${name}` : undefined)
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return said('import() at run time')
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return said('import.meta')
  return []
}
