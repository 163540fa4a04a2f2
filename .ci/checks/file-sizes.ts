import type { Check } from '../lib/check.ts'
import { files, read } from '../lib/files.ts'

const medianLimit = 60
const p95Limit = 200
const fileLimit = 300
const portLimit = 80

/** The value at a share of a sorted list, by nearest rank. */
function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

function lineCount(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

export const fileSizes: Check = {
  name: 'file-sizes',
  todo: 'give every purpose a file of its own; do not join lines to get under a limit',
  run(root) {
    const sizes = files(root, '{packages,examples}/*/src/**/*.{ts,tsx}').map((path) => ({
      path,
      lines: lineCount(read(root, path)),
    }))
    const sorted = sizes.map((size) => size.lines).sort((a, b) => a - b)
    const [median, p95, largest] = [rank(sorted, 0.5), rank(sorted, 0.95), sorted.at(-1) ?? 0]
    const problems = sizes
      .filter((size) => size.lines > fileLimit)
      .map((size) => `${size.path}: ${size.lines} lines, ${fileLimit} at most`)
    for (const { path, lines } of sizes) {
      const port = path.startsWith('packages/core/src/ports/') && !path.endsWith('/index.ts')
      if (port && lines > portLimit) problems.push(`${path}: ${lines} lines, a port has ${portLimit} at most`)
    }
    if (median > medianLimit) problems.push(`all source files: median ${median} lines, ${medianLimit} at most`)
    if (p95 > p95Limit) problems.push(`all source files: 95th percentile ${p95} lines, ${p95Limit} at most`)
    return { says: `${sizes.length} source files, median ${median} lines, p95 ${p95}, largest ${largest}`, problems }
  },
}
