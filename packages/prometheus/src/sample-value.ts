/** A sample's value as stored data can hold it: NaN and infinities become text, as Prometheus writes them. */
export function storableValue(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return value
  return value > 0 ? '+Inf' : '-Inf'
}
