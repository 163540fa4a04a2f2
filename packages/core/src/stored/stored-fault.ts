import type { Documents, DocumentTable } from '../model/documents.ts'
import { documents } from './documents.ts'
import { issuePath } from './issue-path.ts'

/**
 * The field in which a document is not what its table holds, if any. Plug-ins that are not compiled against our types
 * can bring such a row about; it must be refused before it is stored, because no store could read it back.
 */
export function storedFault(
  table: DocumentTable,
  row: Documents[DocumentTable],
): { readonly path: string; readonly because: string } | undefined {
  const path = documents[table].wrongAt(row)
  return path === undefined ? undefined : { path: issuePath(['row', ...path]), because: 'is missing or wrong' }
}
