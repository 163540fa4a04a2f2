import ts from 'typescript'
import { memberName, place, walk } from '../../lib/source.ts'

const conditional = new Set(['skipIf', 'runIf'])
const need = /\(needs [^)]+\)/

function isMember(node: ts.Expression, names: ReadonlySet<string>): boolean {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false
  return names.has(memberName(node) ?? '')
}

/** `describe.skipIf(…)('name', …)`, also as `describe.skipIf(…).each(…)('name', …)`. */
function isConditional(callee: ts.Expression): boolean {
  if (ts.isCallExpression(callee)) return isMember(callee.expression, conditional) || isConditional(callee.expression)
  return ts.isPropertyAccessExpression(callee) && isConditional(callee.expression)
}

/** A test that may be skipped says in its name what it needs; one that skips itself says why. */
export function skipReasons(source: ts.SourceFile): string[] {
  const problems: string[] = []
  walk(source, (node) => {
    if (!ts.isCallExpression(node)) return
    const [name] = node.arguments
    if (isMember(node.expression, new Set(['skip'])) && name === undefined) {
      problems.push(`${place(node)}: skip() without a reason; give it as the argument`)
    }
    // The call that gives the name is the one whose first argument is text.
    const isText = name !== undefined && (ts.isStringLiteralLike(name) || ts.isTemplateExpression(name))
    if (isText && isConditional(node.expression) && !need.test(name.getText())) {
      problems.push(`${place(node)}: ${name.getText()} may be skipped; end its name in "(needs …)"`)
    }
  })
  return problems
}
