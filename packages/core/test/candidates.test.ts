import { expect, test } from 'vitest'
import { Candidates, compareTexts } from '../src/memory/candidates.ts'
import { takeBack, type Undo } from '../src/memory/undo.ts'

function indexOf(belonging: Set<string>) {
  return new Candidates<string>(compareTexts, (entry) => (belonging.has(entry) ? entry : undefined))
}

test('walks what belongs in order, each entry once, from behind any place', () => {
  const belonging = new Set(['a', 'b', 'd'])
  const index = indexOf(belonging)
  for (const entry of ['d', 'b', 'gone', 'd', 'a']) index.add(entry)
  expect([...index.walk()]).toEqual(['a', 'b', 'd'])
  index.add('b')
  expect([...index.walk('a')]).toEqual(['b', 'd'])
  expect([...index.walk('c')]).toEqual(['d'])
  expect([...index.walk('d')]).toEqual([])
})

test('an entry whose leaving was taken back is there again, although a sweep came in between', () => {
  const belonging = new Set(['a', 'b'])
  const index = indexOf(belonging)
  for (const entry of belonging) index.add(entry)
  const undo: Undo = []
  belonging.clear()
  index.leave('a', undo)
  index.leave('b', undo)
  for (let walks = 0; walks < 3; walks += 1) expect([...index.walk()]).toEqual([])
  expect(index.size).toBe(0)
  belonging.add('a')
  takeBack(undo)
  expect([...index.walk()]).toEqual(['a'])
})

test('an entry is there again although it is full and its row is taken back after it', () => {
  const belonging = new Set<string>()
  const index = indexOf(belonging)
  for (let count = 0; count < 10_000; count += 1) {
    belonging.add(`entry ${count}`)
    index.add(`entry ${count}`)
  }
  const undo: Undo = [() => belonging.add('entry 7')]
  belonging.delete('entry 7')
  index.leave('entry 7', undo)
  expect([...index.walk()]).toHaveLength(9_999)
  for (const entry of belonging) if (entry !== 'entry 8') belonging.delete(entry)
  takeBack(undo)
  expect([...index.walk()]).toEqual(['entry 7', 'entry 8'])
})

test('entries that come again and again, and those that left, do not pile up though nobody walks', () => {
  const belonging = new Set<string>()
  const index = indexOf(belonging)
  for (let round = 0; round < 100_000; round += 1) {
    const entry = `entry ${round % 10}`
    belonging.add(entry)
    index.add(entry)
    if (round % 3 === 0) belonging.delete(entry)
  }
  expect(index.size).toBeLessThanOrEqual(10_040)
  expect([...index.walk()]).toEqual([...belonging].sort())
})
