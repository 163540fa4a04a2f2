import { parseAuditEntry } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { openShop, type Shop } from './support/shop.ts'

async function verdicts(shop: Shop): Promise<unknown[]> {
  const entries = (await shop.mendkit.audit.read({ limit: 1_000 })).map(({ bytes }) => parseAuditEntry(bytes))
  return entries.filter(({ type }) => type === 'execution-verified').map(({ data }) => data['verdict'])
}

describe('what the engine concludes from its source after a fix', () => {
  test('nothing, when the source falls silent', async () => {
    const shop = openShop()
    await shop.fire()
    await shop.until('verifying')
    await shop.until('escalated')
    expect(await verdicts(shop)).toEqual(['inconclusive'])
    await shop.stop()
  })

  test('that it did not help, when the source still reports the alert', async () => {
    const shop = openShop()
    await shop.fire()
    await shop.until('verifying')
    await shop.clock.advance(5_000)
    await shop.fire()
    await shop.until('escalated')
    expect(await verdicts(shop)).toEqual(['not-recovered'])
    await shop.stop()
  })
})
