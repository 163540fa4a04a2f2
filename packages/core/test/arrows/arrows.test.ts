import { type Phase, phases, phaseTable } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { fromAwaitingApproval } from './from-awaiting-approval.ts'
import { fromDeciding } from './from-deciding.ts'
import { fromDiagnosing } from './from-diagnosing.ts'
import { fromOpen } from './from-open.ts'
import { fromRemediating } from './from-remediating.ts'
import { fromResolved } from './from-resolved.ts'
import { fromVerifying } from './from-verifying.ts'
import { fromWaiting } from './from-waiting.ts'
import type { Scenario, ScenariosFrom } from './scenario.ts'

/** One scenario an arrow. An arrow that the table gains and that nothing here drives does not compile. */
const scenarios: ScenariosFrom<Phase> = {
  ...fromOpen,
  ...fromDiagnosing,
  ...fromDeciding,
  ...fromAwaitingApproval,
  ...fromRemediating,
  ...fromVerifying,
  ...fromWaiting,
  ...fromResolved,
}

const arrows = phases.flatMap((from) =>
  Object.entries(phaseTable[from]).map(([to, meaning]) => ({ from, to, meaning, name: `${from} → ${to}` })),
)
const byName: Readonly<Record<string, Scenario>> = scenarios

test('every arrow of the phase table has a scenario, and every scenario an arrow', () => {
  expect(Object.keys(scenarios).sort()).toEqual(arrows.map(({ name }) => name).sort())
})

describe('the engine takes', () => {
  for (const { from, to, meaning, name } of arrows) {
    test(`${name}: ${meaning}`, async () => {
      const scenario = byName[name]
      if (scenario === undefined) throw new Error(`nothing drives ${name}; write its scenario in test/arrows`)
      const shop = await scenario.drive()
      const { id } = await shop.incident()
      const reason = scenario.reason === undefined ? {} : { reason: scenario.reason }
      expect((await shop.moves(id)).filter((move) => move.from === from && move.to === to)[0]).toEqual({
        from,
        to,
        ...reason,
      })
      expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
      await shop.stop()
    })
  }
})
