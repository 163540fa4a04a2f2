import { holdsTo, signerContract, testSigner } from '@mendkit/testkit'
import { test } from 'vitest'

holdsTo(test, 'testSigner', signerContract, async () => testSigner())
