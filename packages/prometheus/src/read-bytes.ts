/** Reads a body up to `maxBytes`; undefined when it is longer, and the rest is not read. Cancels a stream that it does not finish. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array()
  const chunks = body[Symbol.asyncIterator]()
  const bytes = await collectBytes(chunks, maxBytes)
  if (bytes === undefined) await chunks.return?.()
  return bytes
}

/** Reads chunks up to `maxBytes`; undefined when there is more, and the rest is left where it is. */
export async function collectBytes(
  chunks: AsyncIterator<Uint8Array, unknown>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const read: Uint8Array[] = []
  let size = 0
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    size += next.value.byteLength
    if (size > maxBytes) return undefined
    read.push(next.value)
  }
  const [only] = read
  return read.length === 1 && only !== undefined ? only : Buffer.concat(read, size)
}
