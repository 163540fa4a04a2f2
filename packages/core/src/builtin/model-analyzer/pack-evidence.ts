import type { ReadingSeries } from '../../model/evidence.ts'
import type { Redacted } from '../../model/redacted.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { changePoint } from './change-point.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { type FactRow, factRows } from './fact-rows.ts'
import type { Handles } from './handles.ts'
import type { Item, Items } from './items.ts'
import { joinRedacted } from './join-redacted.ts'
import { type ItemView, renderItem } from './render-item.ts'
import { namedIn, rowText } from './render-row.ts'
import { seriesLine } from './series-line.ts'
import { type TextUnit, type TextUnits, textUnits } from './text-units.ts'
import { valueOfRow } from './value.ts'

/** Evidence in words, and what of it had no room. */
export interface PackedEvidence {
  readonly text: Redacted
  /** Items of which something was left out. */
  readonly leftOut: readonly string[]
  /** Names of the items and facts that can be read in the text, such as `e1` and `e1.f0`. */
  readonly names: readonly string[]
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
/** What a series is worth that went over to another level, and one that did not. */
const valueOfChange = 8
const valueOfLevel = 4
const valueOfRepeat = 1

/** Packs all evidence into so many tokens, what helps most first. The same evidence is always packed the same way. */
export function packEvidence(investigation: Investigation, table: PackingTable, tokens: number): PackedEvidence {
  return packItems(table.items.all(), investigation, table, { tokens })
}

/** The same of one piece of evidence, as the answer of a tool; of a text all lines count when `wholeText` is set. */
export function packItem(
  item: Item,
  investigation: Investigation,
  table: PackingTable,
  room: PackingRoom,
): PackedEvidence {
  return packItems([item], investigation, table, room)
}

/** How much may be shown. */
export interface PackingRoom {
  readonly tokens: number
  /** @default false: beside lines that tell of something wrong the others are few */
  readonly wholeText?: boolean
}

type Unit = { readonly item: Item; readonly value: number; readonly tokens: number } & (
  | { readonly row: FactRow }
  | { readonly text: TextUnit }
  | { readonly series: ReadingSeries }
)

function packItems(
  items: readonly Item[],
  investigation: Investigation,
  { handles, nonce }: PackingTable,
  { tokens, wholeText = false }: PackingRoom,
): PackedEvidence {
  const focus = focusOf(investigation)
  const views = new Map<string, ItemView>()
  const units: Unit[] = []
  for (const item of items) {
    const { units: texts, left } = textsOf(item, tokens, wholeText)
    views.set(item.id, { item, rows: [], lines: [], series: [], leftRows: 0, leftLines: left })
    units.push(...factRows(item).map((row) => rowUnit(row, focus)))
    units.push(...texts.map((text) => textUnit(item, text)), ...item.series.map((series) => seriesUnit(item, series)))
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
  const words = { handleOf: (resource: Resource) => handles.of(resource), from: investigation.incident.openedAt }
  return {
    text: joinRedacted(all.map((view) => renderItem(view, words, nonce))),
    leftOut: all.filter(({ leftRows, leftLines }) => leftRows + leftLines > 0).map(({ item }) => item.id),
    names: all.flatMap(namesIn),
  }
}

/** An item of which only the head is told was not shown. */
function namesIn({ item, rows, lines, series }: ItemView): readonly string[] {
  if (rows.length + lines.length + series.length === 0) return []
  return [item.id, ...rows.flatMap((row) => namedIn(row).map((index) => `${item.id}.f${index}`))]
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

function textsOf({ text }: Item, tokens: number, whole: boolean): TextUnits {
  if (text === undefined) return { units: [], left: 0 }
  return whole ? textUnits(text, tokens, Number.POSITIVE_INFINITY) : textUnits(text, tokens * shareOfText)
}

function textUnit(item: Item, text: TextUnit): Unit {
  const tokens = estimateTokens(text.lines.map(([, words]) => words).join('\n')) + fenceTokens
  // What is measured stands in the series already.
  return { item, text, value: item.series.length > 0 ? valueOfRepeat : text.value, tokens }
}

function seriesUnit(item: Item, series: ReadingSeries): Unit {
  const tokens = estimateTokens(seriesLine(series, { handleOf: () => 't00', from: 0 })) + 1
  return { item, series, value: changePoint(series.points) === undefined ? valueOfLevel : valueOfChange, tokens }
}

function withUnit(view: ItemView, unit: Unit): ItemView {
  if ('row' in unit) return { ...view, rows: [...view.rows, unit.row] }
  if ('series' in unit) return { ...view, series: [...view.series, unit.series] }
  return { ...view, lines: [...view.lines, ...unit.text.lines] }
}

function withoutUnit(view: ItemView, unit: Unit): ItemView {
  if ('text' in unit) return { ...view, leftLines: view.leftLines + unit.text.stands }
  return { ...view, leftRows: view.leftRows + 1 }
}
