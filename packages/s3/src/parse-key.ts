/** Digits of a size in a key, so that keys sort as sizes do. */
const digits = 16

/** Where the anchors of a log are, one word a log, so that the keys of no log lie among those of another. */
export function logFolder(prefix: string, origin: string): string {
  return `${prefix}${encodeURIComponent(origin).replaceAll('%', '=')}/`
}

/** The key of an anchor. */
export function anchorKey(folder: string, size: number): string {
  return folder + String(size).padStart(digits, '0')
}

/** A key that comes before those of anchors of at least this size, and after all others; undefined: before all. */
export function keyBefore(folder: string, size: number): string | undefined {
  return size <= 0 ? undefined : `${anchorKey(folder, size - 1)}~`
}

/** The size that a key names; undefined for a key of anything else. */
export function sizeOfKey(folder: string, key: string): number | undefined {
  const rest = key.startsWith(folder) ? key.slice(folder.length) : ''
  return /^[0-9]{16}$/.test(rest) && Number.isSafeInteger(Number(rest)) ? Number(rest) : undefined
}
