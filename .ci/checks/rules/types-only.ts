import ts from 'typescript'
import { place } from '../../lib/source.ts'

/** A contract that carries code is no longer only a contract. */
export function typesOnly(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return []
    if (ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
      return []
    if (ts.isExportDeclaration(statement) && statement.isTypeOnly) return []
    return [`${place(statement)}: more than a type`]
  })
}
