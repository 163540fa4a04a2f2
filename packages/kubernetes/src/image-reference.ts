/** The parts of an image reference. */
export interface ImageReference {
  /** Registry and path, as it is written. */
  readonly repository: string
  /** `sha256:…`; undefined where only a tag is named. */
  readonly digest: string | undefined
}

/** An image that is pinned by its digest alone. */
export const PINNED = /^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$/

/** Takes an image reference apart. A tag beside a digest says nothing about what is pulled. */
export function parseImage(image: string): ImageReference {
  const [name = '', digest] = image.split('@')
  // A colon before the last slash belongs to the port of a registry.
  const tag = name.indexOf(':', name.lastIndexOf('/') + 1)
  return { repository: tag === -1 ? name : name.slice(0, tag), digest }
}
