import type { Remediator } from '@mendkit/core'

/** Whether the credentials will do is another story, and costs every start of a worker. */
export function withoutQuestions({ spec, id, actions }: Remediator): Remediator {
  return { spec, id, actions }
}
