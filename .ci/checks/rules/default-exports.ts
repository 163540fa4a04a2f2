import ts from 'typescript'
import { place, walk } from '../../lib/source.ts'

/** Names are the same everywhere only when nothing is exported without one. */
export function defaultExports(source: ts.SourceFile): string[] {
  const problems: string[] = []
  walk(source, (node) => {
    const assigned = ts.isExportAssignment(node)
    const renamed = ts.isExportSpecifier(node) && node.name.text === 'default'
    const modified =
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some((one) => one.kind === ts.SyntaxKind.DefaultKeyword) === true
    if (assigned || renamed || modified) problems.push(`${place(node)}: a default export; give it a name`)
  })
  return problems
}
