import { z } from 'zod'
import { count, group, ms } from './setting-fields.ts'

/** Settings about anchors of the audit log. */
export const auditSettings = group({
  anchorEveryMs: ms(
    60_000,
    'How often the last checkpoint of each audit log that has grown is put into each sink of `system.anchors`.',
    100,
  ),
  anchorAlarmMs: ms(
    900_000,
    'For how long a sink may fail to take checkpoints before people are paged, once; they are told when it takes them again.',
  ),
  anchorBefore: z
    .enum(['low', 'medium', 'high'])
    .describe(
      'An effect of this effective risk or higher is made only once its intent is anchored. When that takes longer than `execution.callTimeoutMs`, nothing is done and a person is called. None: no effect waits.',
    )
    .exactOptional(),
  anchorQuorum: count(1, 'Sinks that must hold the intent of an effect that waits for it.', 100),
})
