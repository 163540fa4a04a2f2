import type { ReadingSeries } from '../../model/evidence.ts'
import type { Redacted } from '../../model/redacted.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'
import { fenceUntrusted } from '../../redact/fence.ts'
import { redact } from '../../redact/redact.ts'
import type { FactRow } from './fact-rows.ts'
import type { Item } from './items.ts'
import { joinRedacted } from './join-redacted.ts'
import { type RowWords, rowText } from './render-row.ts'
import { seriesLine } from './series-line.ts'
import { shownName } from './shown-text.ts'

/** What is shown of one piece of evidence. */
export interface ItemView {
  readonly item: Item
  readonly rows: readonly FactRow[]
  /** Places of lines in the text, and their words. */
  readonly lines: readonly (readonly [place: number, words: string])[]
  readonly series: readonly ReadingSeries[]
  readonly leftRows: number
  readonly leftLines: number
}

/** One piece of evidence: its name, tool and object; what machines reported, row by row; then free text, fenced. */
export function renderItem(
  { item, rows, lines, series, leftRows, leftLines }: ItemView,
  { handleOf, from }: RowWords,
  nonce: string,
): Redacted {
  const { tool, resource, warnings } = item.evidence
  const about = resource === undefined ? undefined : handleOf(resource)
  const inOrder = rows.toSorted((a, b) => (a.indexes[0] ?? 0) - (b.indexes[0] ?? 0))
  const own = resource && resourceKey(resource)
  const isOwn = (each: Resource) => resourceKey(each) === own
  const notes = [
    ...(warnings > 0 ? ['incomplete'] : []),
    ...(leftRows > 0 ? [`${leftRows} facts not shown`] : []),
    ...(leftLines > 0 ? [`${leftLines} lines not shown`] : []),
  ]
  const head = [item.id, shownName(tool), ...(about === undefined ? [] : [about])].join(' ')
  return joinRedacted([
    redact(notes.length === 0 ? head : `${head} (${notes.join(', ')})`),
    ...inOrder.map((row) =>
      redact(rowText(row, { from, handleOf: (each) => (isOwn(each) ? undefined : handleOf(each)) })),
    ),
    ...series.map((each) => redact(seriesLine(each, { handleOf, from }))),
    ...(lines.length === 0 ? [] : [fenceUntrusted(inPlace(lines), nonce)]),
  ])
}

/** Lines that stood apart may be a secret together. */
function inPlace(lines: ItemView['lines']): Redacted {
  const inOrder = lines.toSorted(([a], [b]) => a - b)
  return redact(inOrder.map(([, words]) => words).join('\n'))
}
