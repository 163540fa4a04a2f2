import { type Action, type ActionInput, type CallContext, type EffectInput, MendkitError } from '@mendkit/core'
import type { Fault, FaultKind, FaultPlace } from './fault.ts'
import { abandon, delayOf, type Ports } from './ports.ts'
import type { Simulation } from './simulation.ts'

/** What goes wrong between an action and the system that it changes. */
export const actionFaults: readonly FaultKind[] = [
  { kind: 'refused', at: ['effect', 'dry-run', 'read'] },
  { kind: 'conflict', at: ['effect'] },
  { kind: 'cut-before', at: ['effect'] },
  { kind: 'cut-after', at: ['effect'], weight: 3 },
  { kind: 'slow', at: ['effect', 'dry-run', 'read'], ms: [1_000, 60_000] },
  { kind: 'late', at: ['effect'], ms: [40_000, 180_000], weight: 4 },
]

/**
 * One process's way to an action. Every call waits to be released, `execute` and `resume` twice: to be carried out, and to be
 * answered. An effect whose caller gives up or dies may still happen, later, if its guard still holds then.
 */
export function faultyAction<Given extends Action>(simulation: Simulation, ports: Ports, action: Given): Given {
  const { life, scheduler, chance } = ports

  function asked<Result>(place: FaultPlace, what: string, ctx: CallContext, run: () => Promise<Result>) {
    const faults = ports.faults.meet(place)
    return ports.call({
      label: `${what} ${action.type}`,
      signal: ctx.signal,
      afterMs: delayOf(faults),
      run() {
        if (has(faults, 'refused')) throw unreachable()
        return run()
      },
    })
  }

  async function change(
    verb: 'execute' | 'resume',
    make: Action['execute'],
    input: EffectInput,
    ctx: CallContext,
  ): Promise<void> {
    const faults = ports.faults.meet('effect')
    const sender = { by: life.name, sentAt: scheduler.steps() }
    simulation.sent(life.name, input.executionId)
    const lasting: CallContext = { ...ctx, signal: new AbortController().signal }
    async function carryOut(): Promise<{ readonly error?: unknown }> {
      if (has(faults, 'refused')) return { error: unreachable() }
      if (has(faults, 'conflict')) return { error: new MendkitError('conflict', 'somebody else was first') }
      if (has(faults, 'cut-before')) return { error: broken() }
      try {
        await simulation.sending(sender, () => make(input, lasting))
      } catch (error) {
        return { error }
      }
      return has(faults, 'cut-after') ? { error: broken() } : {}
    }
    const label = `${verb} ${action.type}`
    const answer = await ports.call({
      label,
      signal: ctx.signal,
      afterMs: delayOf(faults),
      run: carryOut,
      orphan: { run: () => void carryOut(), certain: has(faults, 'late') },
      onGivenUp: (operation) => abandon(scheduler, chance, operation),
    })
    await ports.call({
      label: `answer to ${label}`,
      signal: ctx.signal,
      run() {
        if ('error' in answer) throw answer.error
      },
    })
  }

  return {
    ...action,
    ...(action.resume && {
      resume: (input: EffectInput, ctx: CallContext) =>
        change('resume', async (...args) => action.resume?.(...args), input, ctx),
    }),
    preview: (input: ActionInput, ctx: CallContext) =>
      asked('dry-run', 'preview', ctx, () => action.preview(input, ctx)),
    observe: (input: EffectInput, ctx: CallContext) => asked('read', 'observe', ctx, () => action.observe(input, ctx)),
    execute: (input: EffectInput, ctx: CallContext) =>
      change('execute', (...args) => action.execute(...args), input, ctx),
    ...(action.invalidate && {
      invalidate: (input: EffectInput, ctx: CallContext) =>
        asked('read', 'invalidate', ctx, async () => action.invalidate?.(input, ctx)),
    }),
    ...(action.announce && {
      announce: (input: EffectInput, ctx: CallContext) =>
        asked('read', 'announce', ctx, async () => action.announce?.(input, ctx)),
    }),
  }
}

function has(faults: readonly Fault[], kind: string): boolean {
  return faults.some((fault) => fault.kind === kind)
}

function unreachable(): MendkitError {
  return new MendkitError('unavailable', 'no connection could be made', { effect: 'none' })
}

function broken(): MendkitError {
  return new MendkitError('unavailable', 'the connection broke; what was asked for may have been done')
}
