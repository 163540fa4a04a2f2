import type { Redacted } from '../../model/redacted.ts'
import { resourceKey } from '../../model/resource.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { type FactRow, factRows } from './fact-rows.ts'
import type { Handles } from './handles.ts'
import type { Item, Items } from './items.ts'
import { type ItemView, renderItem } from './render-item.ts'
import { rowText } from './render-row.ts'
import { type TextUnit, textUnits } from './text-units.ts'
import { valueOfRow } from './value.ts'

/** Evidence in words, and what of it had no room. */
export interface PackedEvidence {
  readonly text: Redacted
  /** Items of which something was left out. */
  readonly leftOut: readonly string[]
}

/** What packing needs. */
export interface PackingTable {
  readonly items: Items
  readonly handles: Handles
  readonly nonce: string
}

/** No part of a text takes more than this share of the room. */
const shareOfText = 0.3
const headerTokens = 12
const fenceTokens = 50

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

type Unit = { readonly item: Item; readonly value: number; readonly tokens: number } & (
  | { readonly row: FactRow }
  | { readonly text: TextUnit }
)

function packItems(
  items: readonly Item[],
  investigation: Investigation,
  { handles, nonce }: PackingTable,
  tokens: number,
): PackedEvidence {
  const focus = focusOf(investigation)
  const views = new Map<string, ItemView>()
  const units: Unit[] = []
  for (const item of items) {
    const { units: texts, left } = textUnits(item.text ?? ('' as Redacted), tokens * shareOfText)
    views.set(item.id, { item, rows: [], lines: [], leftRows: 0, leftLines: left })
    units.push(...factRows(item).map((row) => rowUnit(row, focus)), ...texts.map((text) => textUnit(item, text)))
  }
  let room = tokens
  const begun = new Set<string>()
  // Sorting is stable: what is worth the same stands in the order of its names.
  for (const unit of units.toSorted((a, b) => b.value - a.value)) {
    const { id } = unit.item
    const view = views.get(id)
    if (view === undefined) continue
    const cost = unit.tokens + (begun.has(id) ? 0 : headerTokens)
    const fits = cost <= room
    if (fits) {
      room -= cost
      begun.add(id)
    }
    views.set(id, fits ? withUnit(view, unit) : withoutUnit(view, unit))
  }
  const all = [...views.values()]
  const words = { handleOf: handles.of, from: investigation.incident.openedAt }
  return {
    // Everything in it has passed the redactor; whoever sends it has the whole scanned once more.
    text: all.map((view) => renderItem(view, words, nonce)).join('\n') as Redacted,
    leftOut: all.filter(({ leftRows, leftLines }) => leftRows + leftLines > 0).map(({ item }) => item.id),
  }
}

/** Keys of the objects that the incident is about. */
function focusOf({ incident, symptoms }: Investigation): ReadonlySet<string> {
  const resources = [incident.resource, ...symptoms.map(({ resource }) => resource)]
  return new Set(resources.flatMap((each) => (each === undefined ? [] : [resourceKey(each)])))
}

function rowUnit(row: FactRow, focus: ReadonlySet<string>): Unit {
  const tokens = estimateTokens(rowText(row, { handleOf: () => 't00', from: 0 })) + 1
  return { item: row.item, row, value: valueOfRow(row, focus), tokens }
}

function textUnit(item: Item, text: TextUnit): Unit {
  const tokens = estimateTokens(text.lines.map(([, words]) => words).join('\n')) + fenceTokens
  return { item, text, value: text.value, tokens }
}

function withUnit(view: ItemView, unit: Unit): ItemView {
  if ('row' in unit) return { ...view, rows: [...view.rows, unit.row] }
  return { ...view, lines: [...view.lines, ...unit.text.lines] }
}

function withoutUnit(view: ItemView, unit: Unit): ItemView {
  if ('row' in unit) return { ...view, leftRows: view.leftRows + 1 }
  return { ...view, leftLines: view.leftLines + unit.text.stands }
}
