import ts from 'typescript'

/** What makes a file a file of tests; a helper may import `expect`, hooks and types. */
const registers = new Set(['test', 'it', 'bench'])

function takesTests(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return false
  const bindings = clause.namedBindings
  if (bindings === undefined || ts.isNamespaceImport(bindings)) return true
  return bindings.elements.some((one) => !one.isTypeOnly && registers.has((one.propertyName ?? one.name).text))
}

/** Whether a file imports what registers tests from vitest. */
export function registersTests(source: ts.SourceFile): boolean {
  return source.statements.some(
    (statement) =>
      ts.isImportDeclaration(statement) &&
      ts.isStringLiteral(statement.moduleSpecifier) &&
      statement.moduleSpecifier.text === 'vitest' &&
      takesTests(statement.importClause),
  )
}
