import ts from 'typescript'
import { bare, memberName, place, walk } from '../../lib/source.ts'

function isProcess(expression: ts.Expression): boolean {
  const node = bare(expression)
  if (ts.isIdentifier(node)) return node.text === 'process'
  return (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) && memberName(node) === 'process'
}

function takesEnv(node: ts.Node): boolean {
  if (!ts.isVariableDeclaration(node) || node.initializer === undefined || !ts.isObjectBindingPattern(node.name))
    return false
  return isProcess(node.initializer)
}

/** Settings reach the packages through options, so that a host always sees what it set. */
export function processEnv(source: ts.SourceFile): string[] {
  const problems: string[] = []
  walk(source, (node) => {
    const access = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)
    if ((access && memberName(node) === 'env' && isProcess(node.expression)) || takesEnv(node)) {
      problems.push(`${place(node)}: process.env; take an option instead`)
    }
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      if (/^(?:node:)?process$/.test(node.moduleSpecifier.text)) {
        problems.push(`${place(node)}: imports process; take an option instead`)
      }
    }
  })
  return problems
}
