import { type Alert, type Change, type Expectation, historyOf, type Put } from '@mendkit/core'
import type { Model } from './naive-model.ts'
import { aChange, aCommand, aDraft, aMember, anAlert } from './rows.ts'

/** Chance that a seed decides. */
export interface Dice {
  /** A whole number from 0 up to but not including `sides`. */
  roll(sides: number): number
  pick<Item>(items: readonly [Item, ...Item[]]): Item
}

/** Dice that fall the same way for the same seed. */
export function seededDice(seed: number): Dice {
  let state = seed
  const roll = (sides: number): number => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) % sides
  }
  return { roll, pick: (items) => items[roll(items.length)] ?? items[0] }
}

const incidents = ['inc_1', 'inc_2', 'inc_3'] as const
const names = ['a', 'b', 'c'] as const
const clusters = ['prod', 'staging'] as const

/** A change that mostly fits the model and sometimes conflicts with it. */
export function randomChange(model: Model, dice: Dice, now: number): Change {
  const written = new Set<string>()
  const put = Array.from({ length: 1 + dice.roll(4) }, () => randomPut(model, dice, now, written)).flat()
  const expect = dice.roll(8) === 0 ? [randomExpectation(model, dice)] : []
  return aChange({ put, expect, audit: Array.from({ length: dice.roll(3) }, (_, index) => aDraft(index)) })
}

function randomExpectation(model: Model, dice: Dice): Expectation {
  const id = dice.pick(names)
  return { kind: 'revision', table: 'command', id, revision: revision(model, dice, id) }
}

/** The revision of a document, or now and then a wrong one. */
function revision(model: Model, dice: Dice, id: string): number {
  const found = model.documents.find((each) => each.row.id === id)?.row.revision ?? 0
  return dice.roll(12) === 0 ? found + 1 : found
}

function randomPut(model: Model, dice: Dice, now: number, written: Set<string>): readonly Put[] {
  const incidentId = dice.pick(incidents)
  switch (dice.roll(11)) {
    case 10:
      if (dice.roll(2) === 0) return [{ kind: 'drop-members', incidentId }]
      return dropped(model, dice, written)
    case 0: {
      const id = dice.pick(names)
      if (written.has(id)) return []
      written.add(id)
      const row = aCommand({
        id,
        incidentId,
        state: dice.pick(['pending', 'done']),
        revision: revision(model, dice, id),
      })
      return [{ kind: 'document', table: 'command', row }]
    }
    case 1:
      return [{ kind: 'counter', name: dice.pick(names), add: dice.roll(7) - 3, max: 6 }]
    case 2:
      return [{ kind: 'raise', incidentId }]
    case 3: {
      const inputs =
        (model.due.find((due) => due.incidentId === incidentId)?.inputs ?? 0) + (dice.roll(4) === 0 ? 1 : 0)
      const dueAt = now + 1_000 + dice.roll(9_000)
      return [{ kind: 'schedule', incidentId, inputs, release: true, ...(dice.roll(3) > 0 && { dueAt }) }]
    }
    case 4: {
      const from = dice.roll(50)
      const place = { cluster: dice.pick(clusters), key: dice.pick(names), incidentId }
      return [{ kind: 'correlation-key', ...place, from, until: from + dice.roll(20) }]
    }
    case 5:
      if (dice.roll(3) > 0) return [{ kind: 'drop-correlation-keys', incidentId }]
      // Moved alerts have other revisions than the model that the rest of this change was made from.
      for (const alert of model.alerts) written.add(alert.id)
      return [{ kind: 'move-members', from: incidentId, into: incidentId === 'inc_1' ? 'inc_2' : 'inc_1' }]
    default:
      return randomAlert(model, dice, incidentId, written)
  }
}

/** An alert that comes, changes in some way, or joins an incident. */
function randomAlert(model: Model, dice: Dice, incidentId: string, written: Set<string>): readonly Put[] {
  const id = `alert_${dice.roll(6)}`
  if (written.has(id)) return []
  written.add(id)
  const before = model.alerts.find((alert) => alert.id === id) ?? anAlert({ id, topmost: resource('checkout') })
  const row: Alert = { ...before, revision: before.revision + (dice.roll(20) === 0 ? 1 : 0) }
  switch (dice.roll(6)) {
    case 5:
      return before.revision === 0 ? [] : leaves(row)
    case 0:
      return [{ kind: 'alerts', rows: [{ ...row, status: dice.pick(['firing', 'suppressed', 'resolved']) }] }]
    case 1: {
      const { incidentId: _, ...free } = row
      const episode = row.episode + 1
      return [{ kind: 'alerts', rows: [{ ...free, episode, status: 'firing', correlated: 'pending' }] }]
    }
    case 2:
      return [{ kind: 'alerts', rows: [{ ...row, topmost: resource(dice.pick(['checkout', 'cart'])) }] }]
    default:
      return [
        { kind: 'alerts', rows: [{ ...row, incidentId, correlated: 'done' }] },
        { kind: 'members', rows: [aMember({ incidentId, alertId: id, episode: row.episode })] },
      ]
  }
}

/** The alert goes, and history remembers it. */
function leaves(alert: Alert): readonly Put[] {
  return [
    { kind: 'history', rows: [historyOf(alert)] },
    { kind: 'drop-alerts', rows: [{ id: alert.id, revision: alert.revision }] },
  ]
}

/** A document goes, or a row of history. */
function dropped(model: Model, dice: Dice, written: Set<string>): readonly Put[] {
  const id = dice.pick(names)
  const known = revision(model, dice, id)
  if (known === 0 || written.has(id)) {
    return [{ kind: 'drop-history', ids: model.history.slice(0, dice.roll(3)).map((row) => row.id) }]
  }
  written.add(id)
  return [{ kind: 'drop-documents', table: 'command', rows: [{ id, revision: known }] }]
}

function resource(name: string) {
  return { cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }
}
