import { MendkitError } from '../errors.ts'
import { describeFailure } from './failure.ts'
import type { Parts } from './parts.ts'

/**
 * Answers undefined, and says so in the log, when `work` meets a stored row that is corrupt: for work on many things of
 * which one must not hold up the others. Any other failure is thrown.
 */
export async function unlessCorrupt<Result>(
  parts: Pick<Parts, 'log' | 'metrics'>,
  consequence: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!MendkitError.is(error, 'corrupt')) throw error
    parts.metrics.count('mendkit_corrupt_rows_total')
    parts.log.error(describeFailure(consequence, error))
    return undefined
  }
}
