import assert from 'node:assert/strict'
import { type Logger, message } from '@mendkit/core'
import type { Contract } from './contract.ts'
import { frozen } from './frozen.ts'

/** What the contract needs of a logger. */
export interface LoggerSubject {
  readonly log: Logger
}

/** What every logger promises. */
export const loggerContract: Contract<LoggerSubject> = [
  {
    says: 'returns at once and does not throw, whatever the fields, and changes none of them',
    async check(make) {
      const { log } = await make()
      const fields = frozen({ text: 'two\nlines', number: Number.NaN, truth: false, absent: undefined })
      for (const level of ['debug', 'info', 'warn', 'error'] as const) {
        assert.equal(log[level](message`all is well`, fields), undefined)
        assert.equal(log[level](message`all is well`), undefined)
      }
    },
  },
]
