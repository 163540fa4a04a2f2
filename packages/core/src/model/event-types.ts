import type { EventType } from './event.ts'

const known: Readonly<Record<EventType, true>> = {
  'engine-started': true,
  'engine-stopped': true,
  'engine-paused': true,
  'engine-resumed': true,
  'log-key-rotated': true,
  'log-epoch-opened': true,
  'alerts-received': true,
  'change-recorded': true,
  'incident-opened': true,
  'alerts-correlated': true,
  'incident-merged': true,
  'incident-relapsed': true,
  'phase-changed': true,
  'evidence-collected': true,
  'diagnosis-made': true,
  'plan-made': true,
  'plan-decided': true,
  'plan-void': true,
  'suggestion-judged': true,
  'autonomy-moved': true,
  'approval-requested': true,
  'approval-given': true,
  'approval-granted': true,
  'approval-refused': true,
  'approval-rejected': true,
  'approval-void': true,
  'approval-expired': true,
  'command-given': true,
  'command-refused': true,
  'execution-blocked': true,
  'execution-intended': true,
  'execution-observed': true,
  'execution-verified': true,
  'execution-ended': true,
  'execution-settled': true,
  'notice-queued': true,
  'notice-sent': true,
  'notice-failed': true,
  'snooze-ended': true,
  'escalation-unanswered': true,
}

/** Whether this version knows such events. */
export function isEventType(text: string): text is EventType {
  return Object.hasOwn(known, text)
}
