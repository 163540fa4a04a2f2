import { shownInJson } from './safe-text.ts'

/** One JSON value, indented, with nothing in it that a terminal would obey. */
export function jsonText(value: unknown): string {
  return shownInJson(JSON.stringify(value, undefined, 2))
}
