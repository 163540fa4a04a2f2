import type { Confidence } from '@mendkit/core'

/** How often a hypothesis of a level should be right: where one, two and three kinds of observation start in a plan's confidence. */
const expected: Readonly<Record<Confidence, number>> = { low: 0.4, medium: 0.7, high: 0.9 }

/** A hypothesis that was put first, and whether it was right. */
export interface Answered {
  readonly confidence: Confidence
  readonly right: boolean
}

/**
 * The expected calibration error: the sum over levels of confidence of n / N · |share that is right − share that should be|
 * (Guo et al., On Calibration of Modern Neural Networks, 2017, equation 3, with a bin for every level). Null without answers.
 */
export function calibrationError(answers: readonly Answered[]): number | null {
  if (answers.length === 0) return null
  const levels = Object.keys(expected) as Confidence[]
  const parts = levels.map((level) => {
    const bin = answers.filter(({ confidence }) => confidence === level)
    const right = bin.filter((each) => each.right).length
    return bin.length === 0 ? 0 : (bin.length / answers.length) * Math.abs(right / bin.length - expected[level])
  })
  const sum = parts.reduce((total, each) => total + each, 0)
  return Math.round(sum * 1_000) / 1_000
}
