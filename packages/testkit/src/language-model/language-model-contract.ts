import assert from 'node:assert/strict'
import type { Contract } from '../contract.ts'
import { failureClauses } from './failure-clauses.ts'
import { progressClauses } from './progress-clauses.ts'
import { replyClauses } from './reply-clauses.ts'
import { requestClauses } from './request-clauses.ts'
import { played } from './situation.ts'
import type { LanguageModelSubject } from './subject.ts'

/** What every language model promises, whatever it is made of. */
export const languageModelContract: Contract<LanguageModelSubject> = [
  {
    says: 'has spec 1, an id, the names of its provider and its model, and says what it can do',
    async check(make) {
      const { model } = await (await make()).serve(played({ kind: 'text', pieces: ['Done.'] }))
      assert.equal(model.spec, 1)
      for (const name of [model.id, model.provider, model.model]) assert.notEqual(name, '')
      assert.equal(typeof model.capabilities.tools, 'boolean')
      assert.equal(typeof model.capabilities.structuredOutput, 'boolean')
    },
  },
  ...replyClauses,
  ...requestClauses,
  ...progressClauses,
]

/** What a language model that speaks HTTP promises beside `languageModelContract`. */
export const languageModelWireContract: Contract<LanguageModelSubject> = failureClauses
