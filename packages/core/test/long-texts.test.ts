import { describe, expect, test } from 'vitest'
import { redactWithin } from '../src/redact/redact-within.ts'
import { openShop } from './support/shop.ts'

const settings = { engine: { maxTextLength: 1_000 } }

test('a remark that is too long is kept shortened, says so, and is counted', async () => {
  const shop = openShop({ settings, autonomy: {} })
  await shop.fire()
  await shop.until('suggested')
  const { id } = await shop.incident()
  await shop.mendkit.incidents.note(id, 'lorem ipsum '.repeat(4_000_000))
  const { events } = await shop.mendkit.incidents.timeline(id)
  const note = events.findLast((event) => event.type === 'command-given')?.texts['note']
  if (note === undefined || !('text' in note)) throw new Error('the remark is not there')
  expect(note.text).toMatch(/^(?:lorem ipsum ){83}lore\n\[cut here: 47999000 more characters\]$/)
  expect(shop.mendkit.metrics()).toContain('mendkit_texts_cut_total 1\n')
  await shop.mendkit.incidents.note(id, 'short')
  expect(shop.mendkit.metrics()).toContain('mendkit_texts_cut_total 1\n')
  await shop.stop()
})

describe('a text is cut', () => {
  test('not at all when it fits', () => {
    expect(redactWithin('x'.repeat(100), 100)).toEqual({ text: 'x'.repeat(100), cut: 0 })
  })

  test('behind the last character that fits, and never within one', () => {
    expect(redactWithin('ab'.repeat(60), 100).text).toBe(`${'ab'.repeat(50)}\n[cut here: 20 more characters]`)
    expect(redactWithin(`${'a'.repeat(99)}😀!`, 100).text).toBe(`${'a'.repeat(99)}\n[cut here: 3 more characters]`)
  })

  test('such that a secret at the cut, or at the end of what is read, does not come through in part', () => {
    const token = `ghp_${'a1B2c3D4e5'.repeat(4)}`
    for (let before = 900; before <= 1_010; before += 1) {
      expect(redactWithin(`${'x '.repeat(before / 2)}${token} and more`.padEnd(3_000, '.'), 1_000).text).not.toContain(
        'ghp_',
      )
    }
    for (let before = 9_100; before <= 9_200; before += 1) {
      const shrinking = `password=${'s'.repeat(before - 10)} ${token}`.padEnd(50_000, ' .')
      expect(redactWithin(shrinking, 1_000).text).not.toMatch(/ghp_|ssss/)
    }
  })
})
