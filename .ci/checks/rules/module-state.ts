import ts from 'typescript'
import { bare, place } from '../../lib/source.ts'

const mutable =
  /^(?:Array|Map|Set|WeakMap|WeakSet|ArrayBuffer|Buffer|Date|DataView|(?:Big)?(?:Int|Uint|Float)\w*Array)$/
const harmlessClasses = new Set([
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'RegExp',
  'TextEncoder',
  'TextDecoder',
  'URL',
  'Error',
])

function isModuleLevel(node: ts.Node): boolean {
  return (
    ts.isVariableDeclaration(node) &&
    ts.isVariableStatement(node.parent.parent) &&
    ts.isSourceFile(node.parent.parent.parent)
  )
}

/** What an assignment, `++`, `delete` or a mutating operator writes to. */
function written(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
    return assigns ? node.left : undefined
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const steps = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken
    return steps ? node.operand : undefined
  }
  return ts.isDeleteExpression(node) ? node.expression : undefined
}

function rootOf(expression: ts.Expression): ts.Expression {
  let node = bare(expression)
  while (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) node = bare(node.expression)
  return node
}

function declarationProblem(node: ts.VariableDeclaration, checker: ts.TypeChecker): string | undefined {
  if ((node.parent.flags & ts.NodeFlags.Const) === 0)
    return `${place(node)}: a module-level variable that can be set again`
  const type = checker.getTypeAtLocation(node)
  const name = checker.isTupleType(type) ? (isReadonlyTuple(type) ? '' : 'Array') : (type.getSymbol()?.name ?? '')
  return mutable.test(name)
    ? `${place(node)}: a module-level ${name} that can be changed; type it as read-only`
    : undefined
}

/** State that hides inside an initialiser: a collection in a property, an instance, a closure that is called at once. */
function hiddenState(initializer: ts.Expression, checker: ts.TypeChecker): string[] {
  const problems: string[] = []
  const descend = (node: ts.Node) => {
    if (ts.isCallExpression(node) && ts.isFunctionLike(bare(node.expression))) {
      problems.push(`${place(node)}: a function that is called at import and may keep state`)
    }
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return
    if (ts.isNewExpression(node)) {
      const name = node.expression.getText()
      const expected = checker.getContextualType(node)?.getSymbol()?.name ?? name
      if (!harmlessClasses.has(name)) problems.push(`${place(node)}: a module-level ${name}`)
      else if (node !== bare(initializer) && mutable.test(expected)) {
        problems.push(`${place(node)}: a ${name} inside a module-level value; type it as read-only`)
      }
    }
    node.forEachChild(descend)
  }
  descend(initializer)
  return problems
}

function isReadonlyTuple(type: ts.Type): boolean {
  return ((type as ts.TypeReference).target as ts.TupleType | undefined)?.readonly === true
}

function isStaticMutable(node: ts.Node): boolean {
  if (!ts.isPropertyDeclaration(node)) return false
  const kinds = new Set(node.modifiers?.map((one) => one.kind))
  return kinds.has(ts.SyntaxKind.StaticKeyword) && !kinds.has(ts.SyntaxKind.ReadonlyKeyword)
}

/** State that outlives an engine and is shared by two of them in one process. */
export function moduleState(node: ts.Node, checker: ts.TypeChecker): string[] {
  if (ts.isVariableDeclaration(node) && isModuleLevel(node)) {
    const own = declarationProblem(node, checker)
    return [...(own === undefined ? [] : [own]), ...(node.initializer ? hiddenState(node.initializer, checker) : [])]
  }
  if (isStaticMutable(node)) return [`${place(node)}: a static field that can be set again`]
  const target = written(node)
  if (target === undefined) return []
  const root = rootOf(target)
  if (!ts.isIdentifier(root) || root === bare(target)) return []
  const declarations = resolved(checker, root)?.declarations ?? []
  const shared = declarations.some(
    (one) => isModuleLevel(one) || ts.isFunctionDeclaration(one) || ts.isClassDeclaration(one),
  )
  return shared ? [`${place(node)}: changes ${root.text}, which the whole module shares`] : []
}

function resolved(checker: ts.TypeChecker, node: ts.Identifier): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(node)
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}
