import { type LoadFnOutput, registerHooks } from 'node:module'
import type { PlantedBug } from './planted-bug.ts'

/**
 * From now on the bug's file is loaded with the bug in it. Call it before anything is imported that imports the file.
 * Loading throws when the text to replace does not stand there exactly once: the bug is stale then.
 */
export function plant(bug: PlantedBug): void {
  const root = new URL('../../../../../', import.meta.url)
  const target = new URL(bug.file, root).href
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (url !== target) return loaded
      return { ...loaded, source: mutated(bug, textOf(loaded.source)) }
    },
  })
}

function textOf(source: LoadFnOutput['source']): string {
  if (typeof source === 'string') return source
  return source === undefined || source === null ? '' : new TextDecoder().decode(source)
}

/** The source with the bug in it. Throws when the bug does not fit the source. */
export function mutated({ name, file, replace, with: put }: PlantedBug, source: string): string {
  const parts = source.split(replace)
  if (parts.length !== 2) {
    throw new Error(`planted bug ${name} is stale: its text stands ${parts.length - 1} times in ${file}, not once`)
  }
  return parts.join(put)
}
