import { z } from 'zod'

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** What a Kubernetes quantity amounts to, in cores or bytes; `undefined` for a text that is none. */
export function amountOf(quantity: string): number | undefined {
  const [, number, suffix, exponent] =
    /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/.exec(quantity) ?? []
  if (number === undefined) return undefined
  const factor = exponent === undefined ? SUFFIXES[suffix ?? ''] : 10 ** Number(exponent)
  return factor === undefined ? undefined : Number(number) * factor
}

/** Whether two quantities are the same amount, in whatever words. */
export function sameAmount(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b
  // Amounts below a thousandth of a core do not exist, and memory is whole bytes.
  return a === b || Math.abs((amountOf(a) ?? Number.NaN) - (amountOf(b) ?? Number.NaN)) < 5e-4
}

/** A CPU quantity from 1 m to 64 cores, such as `250m` or `1.5`, in the words of the API server. */
export const cpuQuantity = z
  .string()
  .regex(/^(\d{1,5}m|\d{1,2}(\.\d{1,3})?)$/, 'must be CPU cores, such as 250m or 1.5')
  .refine((text) => within(text, 0.001, 64), 'must be from 1m to 64')
  .transform((text) => {
    const thousandths = Math.round((amountOf(text) ?? 0) * 1000)
    return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`
  })
  .describe('CPU cores from 1m to 64, such as 250m or 1.5')

/** A memory quantity from 4Mi to 1Ti, such as `256Mi`, in the words of the API server. */
export const memoryQuantity = z
  .string()
  .regex(/^\d{1,7}(Ki|Mi|Gi|Ti)$/, 'must be memory in Ki, Mi, Gi or Ti, such as 256Mi')
  .refine((text) => within(text, 4 * 2 ** 20, 2 ** 40), 'must be from 4Mi to 1Ti')
  .transform((text) => {
    const bytes = amountOf(text) ?? 0
    const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find((each) => bytes % (SUFFIXES[each] ?? 1) === 0) ?? 'Ki'
    return `${bytes / (SUFFIXES[unit] ?? 1)}${unit}`
  })
  .describe('memory from 4Mi to 1Ti in Ki, Mi, Gi or Ti, such as 256Mi')

function within(text: string, least: number, most: number): boolean {
  const amount = amountOf(text)
  return amount !== undefined && amount >= least && amount <= most
}
