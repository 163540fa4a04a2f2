import { describe, expect, test } from 'vitest'
import { growsFrom, includes, leafHashOf, rootOver } from './support/check-proof.ts'
import { foreignVectors } from './support/foreign-vectors.ts'
import { pathOf, treeOver } from './support/tree-store.ts'

const isRequired = process.env['MENDKIT_REQUIRE_SERVERS'] === '1'
const vectors = foreignVectors()
if (vectors === undefined && !isRequired)
  console.log("Skipping foreign vectors of proofs; Go's module cache has none of them and they cannot be fetched")

/** A proof with one thing wrong with it, in every way that is small. */
function spoiled(path: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const other = Buffer.alloc(32, 7)
  return [
    ...path.map((hash, at) => path.with(at, Buffer.from(hash.map((byte, place) => (place === 0 ? byte ^ 1 : byte))))),
    ...path.map((_, at) => path.toSpliced(at, 1)),
    ...path.slice(1).map((hash, at) => path.with(at, hash).with(at + 1, path[at] ?? other)),
    [...path, other],
    [other, ...path],
  ].filter((changed) => changed.length !== path.length || changed.some((hash, at) => !hash.equals(path[at] ?? other)))
}

function readVectors() {
  if (vectors === undefined) throw new Error('the vectors are not there; run: go mod download')
  return { ...vectors, hashes: vectors.leaves.map(leafHashOf) }
}

describe.skipIf(vectors === undefined && !isRequired)('foreign vectors of proofs (needs Go)', () => {
  test('of inclusion are what we make for the same leaves, and what judges ours refuses each that is spoiled', async () => {
    const { hashes, roots, inclusion } = readVectors()
    expect([hashes.length, roots.length, inclusion.length]).toEqual([8, 8, 5])
    for (const { index, size, path } of inclusion) {
      const made = pathOf(await treeOver(hashes.slice(0, size)).prove(index))
      expect([index, size, made]).toEqual([index, size, path])
      const facts = { index, size, root: roots[size - 1] ?? Buffer.alloc(0), leaf: hashes[index] ?? Buffer.alloc(0) }
      expect(includes(facts, path)).toBe(true)
      for (const bad of spoiled(path)) expect(includes(facts, bad)).toBe(false)
      const others = [
        { index: index + 1 },
        { index: -1 },
        { size: index },
        { root: Buffer.alloc(32) },
        { leaf: Buffer.alloc(32) },
      ]
      for (const wrong of others) expect([wrong, includes({ ...facts, ...wrong }, path)]).toEqual([wrong, false])
    }
  })

  test('of consistency are what we make for the same leaves, and what judges ours refuses each that is spoiled', async () => {
    const { hashes, roots, consistency } = readVectors()
    expect(consistency).toHaveLength(5)
    for (const { old, size, path } of consistency) {
      const made = pathOf(await treeOver(hashes.slice(0, size)).proveConsistency(old))
      expect([old, size, made]).toEqual([old, size, path])
      const [before, after] = [old, size].map((of) => ({ size: of, root: roots[of - 1] ?? Buffer.alloc(0) }))
      if (before === undefined || after === undefined) throw new Error('two sizes were given')
      expect(growsFrom(before, after, path)).toBe(true)
      for (const bad of spoiled(path)) expect(growsFrom(before, after, bad)).toBe(false)
      const lie = Buffer.alloc(32, 9)
      expect(growsFrom({ ...before, root: lie }, after, path)).toBe(false)
      expect(growsFrom(before, { ...after, root: lie }, path)).toBe(false)
      if (old !== size) expect(growsFrom(after, before, path)).toBe(false)
    }
  })

  test('know the roots that we sign', () => {
    const { hashes, roots } = readVectors()
    expect(roots.map((_, at) => rootOver(hashes.slice(0, at + 1)))).toEqual(roots)
  })
})

describe('our proofs', () => {
  const leaf = (seq: number) => leafHashOf(Buffer.from(`entry ${seq}`))

  test('lead to the root for every entry of every small log, and from every size to every other', async () => {
    const leaves = Array.from({ length: 34 }, (_, seq) => leaf(seq))
    for (let size = 1; size <= leaves.length; size += 1) {
      const tree = leaves.slice(0, size)
      const [log, root] = [treeOver(tree), rootOver(tree)]
      for (let at = 0; at < size; at += 1) {
        const path = pathOf(await log.prove(at))
        expect([size, at, includes({ index: at, size, root, leaf: leaf(at) }, path)]).toEqual([size, at, true])
        const grown = pathOf(await log.proveConsistency(at + 1))
        const old = { size: at + 1, root: rootOver(tree.slice(0, at + 1)) }
        expect([size, at + 1, growsFrom(old, { size, root }, grown)]).toEqual([size, at + 1, true])
      }
    }
  })

  test('lead to the root of a log over three levels of tiles, from both sides of each border', async () => {
    const size = 65_536 + 256 + 3
    const tree = Array.from({ length: size }, (_, seq) => leaf(seq))
    const [log, root] = [treeOver(tree), rootOver(tree)]
    for (const at of [0, 255, 256, 32_767, 32_768, 65_535, 65_536, 65_791, 65_792, size - 1]) {
      const path = pathOf(await log.prove(at))
      expect([at, includes({ index: at, size, root, leaf: leaf(at) }, path)]).toEqual([at, true])
    }
    for (const of of [256, 65_535, 65_537, size]) {
      const grown = pathOf(await log.proveConsistency(of))
      const old = { size: of, root: rootOver(tree.slice(0, of)) }
      expect([of, growsFrom(old, { size, root }, grown)]).toEqual([of, true])
    }
  })
})
