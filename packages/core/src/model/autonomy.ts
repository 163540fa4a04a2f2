/** How far the engine may go by itself. */
export type AutonomyLevel = 'off' | 'suggest' | 'approve' | 'auto'

/** Every level, lowest first. */
export const autonomyLevels: readonly AutonomyLevel[] = ['off', 'suggest', 'approve', 'auto']

/** The lower of two levels. */
export function lowerLevel(a: AutonomyLevel, b: AutonomyLevel): AutonomyLevel {
  return autonomyLevels.indexOf(a) <= autonomyLevels.indexOf(b) ? a : b
}

/** The higher of two levels. */
export function higherLevel(a: AutonomyLevel, b: AutonomyLevel): AutonomyLevel {
  return lowerLevel(a, b) === a ? b : a
}
