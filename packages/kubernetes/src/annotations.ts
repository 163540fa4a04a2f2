/** Set by owners on a namespace or workload: `off`, `suggest` or `approve`. It lowers autonomy and never raises it. */
export const AUTONOMY_ANNOTATION = 'mendkit.dev/autonomy'

/** Set by owners on a namespace or workload, to `never`: what an effect of ours changed is not changed back without a person. */
export const ROLLBACK_ANNOTATION = 'mendkit.dev/rollback'

/** Set by an effect on its target: which execution did it. */
export const MARK_ANNOTATION = 'mendkit.dev/execution'

/** Set to make every earlier guard on an object fail. Changes nothing that the object does. */
export const FENCE_ANNOTATION = 'mendkit.dev/fence'

/** An annotation's place in a JSON patch. */
export function annotationPath(key: string): string {
  return `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
