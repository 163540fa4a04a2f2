/** Two-sided confidence of 95 %. */
const z = 1.959963984540054

/**
 * Lower bound of the Wilson score interval for a share of successes, from 0 to 1: what the true share exceeds with a confidence
 * of 97.5 %. Unlike the share itself it is low while little is known: 3 of 3 are 0.44, 20 of 20 are 0.84. 0 without a success.
 *
 * E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American Statistical
 * Association 22 (1927), 209–212.
 */
export function wilsonLowerBound(successes: number, outcomes: number): number {
  if (successes === 0) return 0
  const share = successes / outcomes
  const centre = share + z ** 2 / (2 * outcomes)
  const margin = z * Math.sqrt((share * (1 - share)) / outcomes + z ** 2 / (4 * outcomes ** 2))
  return (centre - margin) / (1 + z ** 2 / outcomes)
}

/** The bound in four digits, as people and the log are told; never above what it is. */
export function roundedBound(successes: number, outcomes: number): number {
  return Math.floor(wilsonLowerBound(successes, outcomes) * 10_000) / 10_000
}
