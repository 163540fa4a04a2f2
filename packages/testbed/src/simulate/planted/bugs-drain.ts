import type { PlantedBug } from './planted-bug.ts'

const kubernetes = 'packages/kubernetes/src'

/** Mistakes in effects that have parts, such as a drain. */
export const drainBugs: readonly PlantedBug[] = [
  {
    name: 'part-without-intent',
    what: 'The next part begins without an intent of its own.',
    file: 'packages/core/src/engine/journal/resume.ts',
    replace: 'const intended = await intendPart(parts, view, execution)',
    with: "const intended = intendPart && { kind: 'durable', execution }",
  },
  {
    name: 'parts-through-kill-switch',
    what: 'A drain goes on while the kill switch is on.',
    file: 'packages/core/src/engine/journal/resume.ts',
    replace: "if (view.pause.on) return { kind: 'result', result: whilePaused(parts, view) }",
    with: "if (view.pause.on && view.now < 0) return { kind: 'result', result: whilePaused(parts, view) }",
  },
  {
    name: 'parts-under-a-holder',
    what: 'A drain goes on although somebody has taken the incident over.',
    file: 'packages/core/src/engine/journal/resume.ts',
    replace: 'if (view.holder.on) return',
    with: 'if (view.holder.on && view.now < 0) return',
  },
  {
    name: 'any-pod-of-the-node',
    what: 'Every pod of the node is evicted, and not only those that were approved.',
    file: `${kubernetes}/drain-parts.ts`,
    replace: 'return pods.filter(({ metadata }) => uids.includes(metadata.uid))',
    with: 'return uids.length < 0 ? [] : pods',
  },
  {
    name: 'budget-ignored',
    what: 'A disruption budget that says no is asked again at once.',
    file: `${kubernetes}/drain-parts.ts`,
    replace: 'retryAfterMs: isWaiting ? BUDGET_MS : CHANGED_MS',
    with: 'retryAfterMs: isWaiting ? 0 : CHANGED_MS',
  },
  {
    name: 'drained-when-marked',
    what: 'A node counts as drained as soon as it is cordoned.',
    file: `${kubernetes}/drain.ts`,
    replace: 'if ((await podsLeft(scope, input.target, pods, context)).length === 0) return',
    with: 'if (pods.length >= 0) return',
  },
  {
    name: 'resume-without-observing',
    what: 'After a crash a drain goes on without looking at what was done, and without fencing what may be under way.',
    file: 'packages/core/src/engine/journal/recover.ts',
    replace: 'const seen = await observe(parts, view, { action }, execution)',
    with: `if (action.resume !== undefined && execution.state === 'intent' && mayGoOn(parts, view, execution)) return 'under-way'
  const seen = await observe(parts, view, { action }, execution)`,
  },
]
