import type { Effort, Row } from './row.ts'

/** Prints rows as a table that can be pasted into Markdown. */
export function print(rows: readonly Row[], effort: Effort): void {
  const head = ['name', 'value', 'unit', 'min', 'max', 'yardstick', 'ratio', 'goal', 'met']
  const cells = rows.map((row) => [
    row.name,
    short(row.value),
    row.unit,
    short(row.min),
    short(row.max),
    yardstickText(row),
    row.ratio === null ? '' : `${row.ratio.toFixed(row.ratio < 1 ? 2 : 1)}x`,
    row.goal ?? '',
    row.met === null ? '' : row.met ? 'yes' : 'no',
  ])
  const table = [head, head.map(() => '---'), ...cells]
  console.log(table.map((line) => `| ${line.join(' | ')} |`).join('\n'))
  if (effort.smoke) console.log('\nsmoke run: one small round each; the numbers mean nothing')
}

function yardstickText({ yardstick }: Row): string {
  if (yardstick === null) return ''
  return 'absent' in yardstick
    ? `${yardstick.name}: absent (${yardstick.absent})`
    : `${yardstick.name}: ${short(yardstick.value)}`
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
