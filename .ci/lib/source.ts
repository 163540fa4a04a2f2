import ts from 'typescript'
import { read } from './files.ts'

/** Parses one file without types. */
export function parse(root: string, path: string): ts.SourceFile {
  return ts.createSourceFile(path, read(root, path), ts.ScriptTarget.Latest, true)
}

/** Calls `visit` for a node and for everything below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  node.forEachChild((child) => walk(child, visit))
}

/** `path:line`, as editors understand it. */
export function place(node: ts.Node, path = node.getSourceFile().fileName): string {
  const source = node.getSourceFile()
  return `${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`
}

/** The expression inside parentheses, casts, `satisfies` and `!`. */
export function bare(expression: ts.Expression): ts.Expression {
  let node = expression
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAssertionExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    node = node.expression
  }
  return node
}

/** The name behind `a.name` or `a['name']`; undefined when it is computed. */
export function memberName(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  const argument = bare(node.argumentExpression)
  return ts.isStringLiteralLike(argument) ? argument.text : undefined
}
