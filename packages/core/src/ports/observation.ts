/**
 * What the world shows about one execution, and never more than it shows. `applied`: the effect carries this execution's
 * own mark. `not-applied`: the effect did not happen; whether it still might is the engine's business, which fences first.
 * `under-way`: what `execute` does has happened, and `resume` has more to do; without that it counts as `unknown`. `gone`:
 * the target is no more, or is irrevocably on its way out; whether through this execution the world cannot tell, and
 * nothing that is still under way can reach it. `unknown`: anything else, to be read again.
 */
export type Observation = 'applied' | 'not-applied' | 'under-way' | 'gone' | 'unknown'
