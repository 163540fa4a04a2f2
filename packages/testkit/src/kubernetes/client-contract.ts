import type { Contract } from '../contract.ts'
import { createClauses } from './contract-creates.ts'
import { errorClauses } from './contract-errors.ts'
import { kindClauses } from './contract-kinds.ts'
import { podClauses } from './contract-pods.ts'
import { readClauses } from './contract-reads.ts'
import type { ClientSubject } from './contract-subject.ts'
import { writeClauses } from './contract-writes.ts'

/**
 * What Mendkit relies on when it talks to a Kubernetes API server. Run on the simulated cluster and on a real one: they
 * must not be told apart by any clause.
 */
export const kubernetesClientContract: Contract<ClientSubject> = [
  ...readClauses,
  ...createClauses,
  ...writeClauses,
  ...podClauses,
  ...kindClauses,
  ...errorClauses,
]
