import { test } from 'vitest'
import { holdsTo, languageModelContract, scriptedModelSubject } from '../../src/index.ts'

holdsTo(test, 'scriptedModel', languageModelContract, async () => scriptedModelSubject((model) => model))
