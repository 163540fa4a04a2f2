import type { Alert } from '../../model/alert.ts'
import type { Documents } from '../../model/documents.ts'
import { redact } from '../../redact/redact.ts'

/** Tables of an incident that name texts, or hold copies of some. */
export const textTables = [
  'evidence',
  'diagnosis',
  'plan',
  'approval',
  'execution',
  'command',
  'notice',
  'turn',
] as const
/** One of these tables. */
export type TextTable = (typeof textTables)[number]

/** What stands where a text was that a row must have. */
const erasedText = redact('[erased]')

/** What one row holds of free text. */
export interface RowTexts<Row> {
  /** Digests of texts beside it. */
  readonly digests: readonly string[]
  /** Texts within it. */
  readonly copies: readonly string[]
  /** The row without them. */
  readonly blank: () => Row
}

type Readers = { readonly [Table in TextTable]: (row: Documents[Table]) => RowTexts<Documents[Table]> }

/** How to find the texts of a row, and to be rid of those within it. */
const readers: Readers = {
  evidence: (row) => onlyNamed(row, [row.text]),
  diagnosis: (row) =>
    onlyNamed(row, [
      row.unknowns,
      ...row.hypotheses.flatMap(({ summary, mechanism, disproof }) => [summary, mechanism, disproof]),
    ]),
  approval: (row) =>
    onlyNamed(
      row,
      row.answers.map(({ because }) => because),
    ),
  execution: (row) => onlyNamed(row, [row.failure]),
  command: (row) => onlyNamed(row, [row.because]),
  turn: (row) => onlyNamed(row, [row.prefix, row.request, row.reply, row.failure]),
  plan: (row) => ({
    digests: present(row.actions.map(({ diff }) => diff)),
    copies: held([...row.decision.voices.map(({ because }) => because), ...row.actions.map(({ refused }) => refused)]),
    blank: () => ({
      ...row,
      actions: row.actions.map((action) =>
        action.refused === undefined ? action : { ...action, refused: erasedText },
      ),
      decision: {
        ...row.decision,
        voices: row.decision.voices.map((voice) => ({ ...voice, because: erasedText })),
      },
    }),
  }),
  notice: (row) => ({
    digests: [],
    copies: held([row.title, row.body, row.diff]),
    blank: () => {
      const { diff: _, ...rest } = row
      return { ...rest, title: erasedText, body: erasedText }
    },
  }),
}

/** The texts of a row. */
export function textsOf<Table extends TextTable>(table: Table, row: Documents[Table]): RowTexts<Documents[Table]> {
  return readers[table](row)
}

/** What an alert says of itself beside its labels, which are its identity. */
export function alertTexts(row: Alert): RowTexts<Alert> {
  return {
    digests: [],
    copies: held([...Object.values(row.annotations), row.generatorUrl]),
    blank: () => {
      const { generatorUrl: _, ...rest } = row
      return { ...rest, annotations: {} }
    },
  }
}

function onlyNamed<Row>(row: Row, digests: readonly (string | undefined)[]): RowTexts<Row> {
  return { digests: present(digests), copies: [], blank: () => row }
}

function held(texts: readonly (string | undefined)[]): readonly string[] {
  return present(texts).filter((text) => text !== erasedText && text !== '')
}

function present(values: readonly (string | undefined)[]): readonly string[] {
  return values.filter((value) => value !== undefined)
}
