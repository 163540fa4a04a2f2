import { expect, test } from 'vitest'
import { jsonText } from '../src/terminal/json-text.ts'
import { shown, shownLines } from '../src/terminal/safe-text.ts'
import { listing, pairs, type Screen, wrapped } from '../src/terminal/screen.ts'
import { duration, momentWithAge } from '../src/terminal/time.ts'

const screen: Screen = { columns: 80, now: Date.parse('2026-01-01T00:00:00Z'), heading: (text) => text }
/** Escape sequences, C1 controls, bidi overrides and isolates, invisible characters, tags, separators, a lone surrogate. */
const dangerous = '\u001b[31m|\u009b2J|\u0007|\r|\u202e|\u2066|\u200b|\ufeff|\u{e0041}|\u2028|\ud800|\u061c|\u00ad'
const obeyed = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u

test('text from outside cannot reach a terminal with anything that it would obey or hide', () => {
  expect(shown(dangerous)).not.toMatch(obeyed)
  expect(shown('a\u001b[2Jb\nc')).toBe('a\\u{1b}[2Jb\\u{a}c')
  expect(shown('Grüße 日本 👍')).toBe('Grüße 日本 👍')
  expect(shownLines(`one\n\ttwo${dangerous}`).replaceAll(/[\n\t]/g, '')).not.toMatch(obeyed)
  expect(shownLines('one\n\ttwo')).toBe('one\n\ttwo')
})

test('JSON holds nothing of it either, and reads back as it was', () => {
  const value = { [dangerous]: [dangerous, 'Grüße'] }
  const text = jsonText(value)
  expect(text.replaceAll('\n', '')).not.toMatch(obeyed)
  expect(JSON.parse(text)).toEqual(value)
})

test('lines are broken at 80 columns, and long words stay whole so that they can be copied', () => {
  const digest = 'd'.repeat(100)
  const lines = wrapped(`${'word '.repeat(30)}${digest}`, 40)
  expect(lines.at(-1)).toBe(digest)
  expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(40)
})

test('tables line up, within 80 columns', () => {
  const rows = [
    { cells: ['inc_1', 'open'], below: 'x '.repeat(60) },
    { cells: ['inc_1234', 'verifying'], below: 'y' },
  ]
  const lines = listing(['INCIDENT', 'PHASE'], rows, screen).split('\n')
  expect(lines[0]).toBe('INCIDENT  PHASE')
  expect(lines[1]).toBe('inc_1     open')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  const both = [
    ['A', '1'],
    ['Long', 'two\nlines'],
  ] as const
  expect(pairs(both, screen)).toBe('A     1\nLong  two\n      lines')
})

test('times say how far away they are', () => {
  expect([duration(-5), duration(59_000), duration(90_000), duration(7_200_000), duration(200_000_000)]).toEqual([
    ...['0s', '59s', '1m', '2h', '2d'],
  ])
  expect(momentWithAge(screen.now - 60_000, screen.now)).toBe('2025-12-31 23:59:00Z (1m ago)')
  expect(momentWithAge(screen.now + 60_000, screen.now)).toBe('2026-01-01 00:01:00Z (in 1m)')
})
