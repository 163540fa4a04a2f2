import { resolve } from 'node:path'
import { parseCheckpoint } from '../audit/checkpoint.ts'
import { assertSameRoot } from '../audit/read-anchor.ts'
import { MendkitError } from '../errors.ts'
import { checkLimit } from '../memory/check-read.ts'
import type { Anchor, AnchorPlace, AnchorSink } from '../ports/anchor-sink.ts'
import type { CallContext } from '../ports/context.ts'
import { redact } from '../redact/redact.ts'
import { appendToFile, type FileVersion, fileVersion } from './append-to-file.ts'
import { type KeptAnchor, readAnchorFile } from './read-anchor-file.ts'

/** What can be set about a file of anchors. */
export interface FileAnchorsOptions {
  /** @default `file:` and the path */
  readonly id?: string
  /** Say `elsewhere` of a file that another machine keeps, such as one behind a mount. @default 'this-machine' */
  readonly apart?: AnchorPlace['apart']
}

/**
 * A sink that adds to a file, one line of JSON an anchor, and never changes what is there: written with O_APPEND and flushed to
 * the disk, mode 0600 when it makes the file. Whoever may write to the file can still cut it: make it append-only
 * (`chattr +a`), or keep it on another machine. Several processes may add to one file. Nothing is opened before the first call.
 */
export function fileAnchors(path: string, options: FileAnchorsOptions = {}): AnchorSink {
  if (typeof path !== 'string' || path === '') {
    throw new MendkitError('config', 'fileAnchors: path: name a file, such as /var/lib/anchors/mendkit', {
      path: 'path',
    })
  }
  const file = resolve(path)
  const { id = `file:${redact(path)}`, apart = 'this-machine' } = options
  let adding: Promise<unknown> = Promise.resolve()
  let known: KnownFile | undefined

  async function of(origin: string, from: number, ctx: CallContext): Promise<readonly KeptAnchor[]> {
    const found: KeptAnchor[] = []
    for await (const kept of readAnchorFile(file, ctx)) {
      if (kept.origin === origin && kept.size >= from) found.push(kept)
    }
    return found.sort((left, right) => left.size - right.size)
  }

  /** What the file holds: remembered while nobody else has written to it, or a host would read ever more for each anchor. */
  async function look(ctx: CallContext): Promise<KnownFile> {
    const version = await fileVersion(file)
    if (known !== undefined && isSame(known.version, version)) return known
    const largest = new Map<string, number>()
    for await (const kept of readAnchorFile(file, ctx)) {
      largest.set(kept.origin, Math.max(kept.size, largest.get(kept.origin) ?? 0))
    }
    return { version, largest }
  }

  async function add(anchor: Anchor, ctx: CallContext): Promise<void> {
    ctx.signal.throwIfAborted()
    const checkpoint = parseCheckpoint(anchor.note)
    const { origin, size } = checkpoint
    const { version, largest } = await look(ctx)
    known = { version, largest }
    if (size <= (largest.get(origin) ?? -1)) {
      const same = (await of(origin, size, ctx)).filter((kept) => kept.size === size)
      assertSameRoot(id, same, checkpoint)
      if (same.length > 0) return
    }
    const line = JSON.stringify({ at: new Date(anchor.at).toISOString(), note: anchor.note })
    const { before, after, isAlone } = await appendToFile(file, 'the anchor file', line)
    largest.set(origin, Math.max(size, largest.get(origin) ?? 0))
    // What others added meanwhile was not read.
    known = isAlone && before === (version?.size ?? 0) ? { version: after, largest } : undefined
  }

  return {
    spec: 1,
    id,
    keeps: 'append-only',
    place: async () => ({ where: `file ${redact(file)}`, apart }),
    put(anchor, ctx) {
      // One after the other, so that two of this process do not miss each other.
      const added = adding.then(() => add(anchor, ctx))
      adding = added.catch(() => undefined)
      return added
    },
    async latest(origin, ctx) {
      let last: KeptAnchor | undefined
      for await (const kept of readAnchorFile(file, ctx)) {
        if (kept.origin === origin && kept.size >= (last?.size ?? 0)) last = kept
      }
      return last && plain(last)
    },
    async list({ origin, from, limit }, ctx) {
      checkLimit(limit)
      return (await of(origin, from, ctx)).slice(0, limit).map(plain)
    },
  }
}

/** What was read of a file as it was. */
interface KnownFile {
  /** Absent: there was none. */
  readonly version: FileVersion | undefined
  /** By origin: the largest size of which there is an anchor. */
  readonly largest: Map<string, number>
}

function isSame(one: FileVersion | undefined, other: FileVersion | undefined): boolean {
  return one?.inode === other?.inode && one?.size === other?.size && one?.changedAt === other?.changedAt
}

function plain({ note, at }: KeptAnchor): Anchor {
  return { note, at }
}
