/** One measured number. Medians of interleaved rounds, with the extremes beside them. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What it is compared with; null where nothing is. */
  readonly yardstick:
    | { readonly name: string; readonly value: number }
    | { readonly name: string; readonly absent: string }
    | null
  /** Yardstick over value, or of rates value over yardstick, so that more is better; null without a yardstick. */
  readonly ratio: number | null
  /** In words. */
  readonly goal: string | null
  /** Null where the yardstick is absent or the row only states. */
  readonly met: boolean | null
  readonly min: number
  readonly max: number
  readonly rounds: number
}

/** How much is measured. */
export interface Effort {
  /** At least five, but for a smoke run. */
  readonly rounds: number
  /** A smoke run shows that the measurement works, not what it measures. */
  readonly smoke: boolean
}

/** The value in the middle; the mean of the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value that this share of all values does not exceed, interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** A row as it may be told: what a smoke run came to says nothing about a goal. */
export function told(row: Row, { smoke }: Effort): Row {
  return smoke ? { ...row, met: null } : row
}

/** A row that only states a number, or holds it against a bound. */
export function statedRow(
  name: string,
  unit: string,
  values: readonly number[],
  bound?: { readonly atMost: number } | { readonly atLeast: number },
): Row {
  const value = median(values)
  return {
    name,
    value,
    unit,
    yardstick: null,
    ratio: null,
    ...goalOf(value, unit, bound),
    min: Math.min(...values),
    max: Math.max(...values),
    rounds: values.length,
  }
}

function goalOf(
  value: number,
  unit: string,
  bound?: { readonly atMost: number } | { readonly atLeast: number },
): Pick<Row, 'goal' | 'met'> {
  if (bound === undefined) return { goal: null, met: null }
  if ('atMost' in bound) return { goal: `at most ${bound.atMost} ${unit}`, met: value <= bound.atMost }
  return { goal: `at least ${bound.atLeast} ${unit}`, met: value >= bound.atLeast }
}

/** A row that compares rounds with the rounds of a yardstick that were interleaved with them. */
export function comparedRow(
  name: string,
  unit: string,
  values: readonly number[],
  yardstick:
    | { readonly name: string; readonly values: readonly number[] }
    | { readonly name: string; readonly absent: string },
  atLeast: number,
): Row {
  const row = statedRow(name, unit, values)
  const goal = `at least ${atLeast} times less than ${yardstick.name}`
  if ('absent' in yardstick) return { ...row, yardstick, goal }
  const ratio = median(yardstick.values) / row.value
  return {
    ...row,
    goal,
    ratio,
    met: ratio >= atLeast,
    yardstick: { name: yardstick.name, value: median(yardstick.values) },
  }
}

/** A row of a rate beside the rate of something else, measured in the same rounds. It has no goal. */
export function rateRow(
  name: string,
  unit: string,
  values: readonly number[],
  yardstick: { readonly name: string; readonly values: readonly number[] },
): Row {
  const row = statedRow(name, unit, values)
  const theirs = median(yardstick.values)
  return { ...row, ratio: row.value / theirs, yardstick: { name: yardstick.name, value: theirs } }
}

/** A row of a rate that is to reach this share of a yardstick's, round by round. */
export function shareRow(
  name: string,
  unit: string,
  values: readonly number[],
  yardstick:
    | { readonly name: string; readonly values: readonly number[] }
    | { readonly name: string; readonly absent: string },
  atLeast: number,
): Row {
  const row =
    values.length === 0 ? { ...statedRow(name, unit, [Number.NaN]), rounds: 0 } : statedRow(name, unit, values)
  const goal = `at least ${atLeast} times ${yardstick.name}`
  if ('absent' in yardstick) return { ...row, yardstick, goal }
  const ratio = median(values.map((value, round) => value / (yardstick.values[round] ?? Number.NaN)))
  return {
    ...row,
    goal,
    ratio,
    met: ratio >= atLeast,
    yardstick: { name: yardstick.name, value: median(yardstick.values) },
  }
}
