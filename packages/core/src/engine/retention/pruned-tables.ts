import type { DocumentTable } from '../../model/documents.ts'

/** Tables whose rows hang on an incident. */
export const prunedTables = [
  'evidence',
  'diagnosis',
  'plan',
  'execution',
  'approval',
  'command',
  'notice',
  'suggestion',
  'turn',
] as const satisfies readonly DocumentTable[]
