import { type Notice, redact } from '@mendkit/core'

/** A notice that asks for an approval. */
export const notice: Notice = {
  tenant: 'shop',
  id: 'ntc_7',
  incidentId: 'inc_1',
  state: 'pending',
  urgency: 'ask',
  dedupeKey: 'inc_1/ask/apr_1',
  title: redact('Approve rollout-undo on Deployment shop/checkout?'),
  body: redact('Zeile 1\nZeile 2 ✓ <b>'),
  phase: 'awaiting-approval',
  approvalId: 'apr_1',
  diff: redact('- image: checkout:2\n+ image: checkout:1\n'),
  threads: {},
  attempts: 3,
  nextAttemptAt: 5,
  deliveredTo: ['other'],
  refusedBy: [],
  at: 1_767_225_600_000,
  revision: 4,
}
