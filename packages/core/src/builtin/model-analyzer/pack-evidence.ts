import { resourceKey } from '../../model/resource.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { charactersIn, estimateTokens } from './estimate-tokens.ts'
import { type FactRow, factRows } from './fact-rows.ts'
import type { Handles } from './handles.ts'
import type { Item, Items } from './items.ts'
import { type ItemView, renderItem } from './render-item.ts'
import { rowText } from './render-row.ts'
import { reduceText } from './text-lines.ts'
import { valueOfRow } from './value.ts'

/** Evidence in words, and what of it had no room. */
export interface PackedEvidence {
  readonly text: string
  /** Items of which something was left out. */
  readonly leftOut: readonly string[]
}

/** What packing needs. */
export interface PackingTable {
  readonly items: Items
  readonly handles: Handles
  readonly nonce: string
}

/** Between a status that tells of something wrong and how something is meant to be. */
const valueOfText = 7
/** No text takes more than this share of the room. */
const shareOfText = 0.3
const headerTokens = 12

/** Packs all evidence into so many tokens, what helps most first. The same evidence is always packed the same way. */
export function packEvidence(investigation: Investigation, table: PackingTable, tokens: number): PackedEvidence {
  return packItems(table.items.all(), investigation, table, tokens)
}

/** The same of one piece of evidence, as the answer of a tool. */
export function packItem(
  item: Item,
  investigation: Investigation,
  table: PackingTable,
  tokens: number,
): PackedEvidence {
  return packItems([item], investigation, table, tokens)
}

/** Keys of the objects that the incident is about. */
function focusOf({ incident, symptoms }: Investigation): ReadonlySet<string> {
  const resources = [incident.resource, ...symptoms.map(({ resource }) => resource)]
  return new Set(resources.flatMap((each) => (each === undefined ? [] : [resourceKey(each)])))
}

type Unit = { readonly item: Item; readonly value: number; readonly tokens: number } & (
  | { readonly row: FactRow }
  | { readonly lines: readonly string[]; readonly left: number }
)

function packItems(
  items: readonly Item[],
  investigation: Investigation,
  { handles, nonce }: PackingTable,
  tokens: number,
): PackedEvidence {
  const focus = focusOf(investigation)
  const units = items.flatMap((item) => unitsOf(item, focus, tokens))
  // Sorting is stable: what is worth the same stands in the order of its names.
  const inOrder = units.toSorted((a, b) => b.value - a.value)
  const views = new Map<string, ItemView>(
    items.map((item) => [item.id, { item, rows: [], lines: [], leftRows: 0, leftLines: 0 }]),
  )
  let room = tokens
  const begun = new Set<string>()
  for (const unit of inOrder) {
    const view = views.get(unit.item.id)
    if (view === undefined) continue
    const cost = unit.tokens + (begun.has(unit.item.id) ? 0 : headerTokens)
    const fits = cost <= room
    if (fits) {
      room -= cost
      begun.add(unit.item.id)
    }
    views.set(unit.item.id, fits ? withUnit(view, unit) : withoutUnit(view, unit))
  }
  const all = [...views.values()]
  const words = { handleOf: handles.of, from: investigation.incident.openedAt }
  return {
    text: all.map((view) => renderItem(view, words, nonce)).join('\n'),
    leftOut: all.filter(({ leftRows, leftLines }) => leftRows + leftLines > 0).map(({ item }) => item.id),
  }
}

function unitsOf(item: Item, focus: ReadonlySet<string>, tokens: number): readonly Unit[] {
  const rows = factRows(item).map((row): Unit => {
    return {
      item,
      row,
      value: valueOfRow(row, focus),
      tokens: estimateTokens(rowText(row, { handleOf: () => 't00', from: 0 })) + 1,
    }
  })
  if (item.text === undefined) return rows
  const { lines, left } = reduceText(item.text, charactersIn(tokens * shareOfText))
  const size = estimateTokens(lines.join('\n')) + 2 * headerTokens
  return [...rows, { item, lines, left, value: valueOfText, tokens: size }]
}

function withUnit(view: ItemView, unit: Unit): ItemView {
  if ('row' in unit) return { ...view, rows: [...view.rows, unit.row] }
  return { ...view, lines: unit.lines, leftLines: view.leftLines + unit.left }
}

function withoutUnit(view: ItemView, unit: Unit): ItemView {
  if ('row' in unit) return { ...view, leftRows: view.leftRows + 1 }
  return { ...view, leftLines: view.leftLines + unit.left + unit.lines.length }
}
