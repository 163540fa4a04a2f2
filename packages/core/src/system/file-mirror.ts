import { resolve } from 'node:path'
import { toOcsf } from '../audit/ocsf/to-ocsf.ts'
import { MendkitError } from '../errors.ts'
import type { MirrorSink } from '../ports/mirror-sink.ts'
import { redact } from '../redact/redact.ts'
import { appendToFile } from './append-to-file.ts'

/** What can be set about a file that a log is mirrored to. */
export interface FileMirrorOptions {
  /** @default `file:` and the path */
  readonly id?: string
}

/**
 * A sink that adds every entry to a file, a line of OCSF JSON each, and flushes it to the disk. It makes the file with mode 0600,
 * and again after somebody moved it away, so that logrotate needs neither `copytruncate` nor a signal. A crash in the middle of
 * a line leaves that line torn; its entry comes again below.
 */
export function fileMirror(path: string, options: FileMirrorOptions = {}): MirrorSink {
  if (typeof path !== 'string' || path === '') {
    const text = 'fileMirror: path: name a file, such as /var/log/mendkit/audit.ocsf.jsonl'
    throw new MendkitError('config', text, { path: 'path' })
  }
  const file = resolve(path)
  const { id = `file:${redact(path)}` } = options
  let adding: Promise<unknown> = Promise.resolve()
  return {
    spec: 1,
    id,
    write({ entries }, ctx) {
      const lines = entries.map((entry) => JSON.stringify(toOcsf(entry))).join('\n')
      const added = adding.then(async () => {
        ctx.signal.throwIfAborted()
        await appendToFile(file, 'the mirror file', lines)
      })
      adding = added.catch(() => undefined)
      return added
    },
  }
}
