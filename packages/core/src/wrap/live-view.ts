import type { ModelCallContext } from '../ports/language-model.ts'

/**
 * The live view of one call that may take several attempts. Every attempt asks for its own context: what an earlier one says
 * from then on is dropped, and if it has said anything, the view is told that the reply begins anew.
 */
export function liveView(ctx: ModelCallContext): () => ModelCallContext {
  const { onProgress } = ctx
  let attempts = 0
  let shown = false
  return () => {
    attempts += 1
    if (onProgress === undefined) return ctx
    if (shown) onProgress({ kind: 'restart' })
    shown = false
    const own = attempts
    return {
      ...ctx,
      onProgress(progress) {
        if (own !== attempts) return
        shown = progress.kind !== 'restart'
        onProgress(progress)
      },
    }
  }
}
