import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { type AnchorSink, fileAnchors, MendkitError } from '@mendkit/core'
import { httpAnchors } from '@mendkit/notify'
import { sqlAnchors } from '@mendkit/sql'
import type { Call } from '../../run/command.ts'

/** What an anchor of the command line is: a checkpoint's text or a sink, and a name that holds no secret. */
export interface GivenAnchor {
  readonly name: string
  readonly anchor: string | AnchorSink
  close?(): Promise<void>
}

/** What `--anchor` takes. */
export const anchorSays =
  'what was kept outside the database: the file of a checkpoint, as `mendkit audit checkpoint` prints it; the file or the database (SQLite file, postgres:// or mysql:// URL) of an anchor sink; the http(s) address of one, with its token in MENDKIT_ANCHOR_TOKEN; s3://bucket/prefix'

/** Tells what an anchor is by its address, or by how its file begins. Throws `config` for one that is not there. */
export async function givenAnchor(given: string, { io }: Pick<Call, 'io'>): Promise<GivenAnchor> {
  if (/^https?:\/\//i.test(given)) {
    const token = io.env['MENDKIT_ANCHOR_TOKEN']
    return sinkOf(httpAnchors({ url: given, allowPrivateAddresses: true, ...(token && { token }) }))
  }
  if (/^s3:\/\//i.test(given)) return bucketOf(given, io.env)
  if (/:\/\//.test(given)) return databaseOf(given)
  const start = startOf(given)
  if (start.startsWith('SQLite format 3')) return databaseOf(given)
  if (start.startsWith('{')) return sinkOf(fileAnchors(given))
  return { name: given, anchor: readFileSync(given, 'utf8') }
}

function sinkOf(sink: AnchorSink): GivenAnchor {
  return { name: sink.id, anchor: sink }
}

function databaseOf(source: string): GivenAnchor {
  const sink = sqlAnchors(source)
  return { name: sink.id, anchor: sink, close: () => sink.close() }
}

/** The package is large and only few need it, so it is not brought along. */
async function bucketOf(given: string, env: Readonly<Record<string, string | undefined>>): Promise<GivenAnchor> {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/i.exec(given) ?? []
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL']
  let s3: typeof import('@mendkit/s3')
  try {
    s3 = await import('@mendkit/s3')
  } catch (cause) {
    const todo = 'run npm install @mendkit/s3 @aws-sdk/client-s3 beside mendkit'
    throw new MendkitError('config', `anchors in S3 need a package that is not installed: ${todo}`, { cause })
  }
  // Only read here: how long new anchors would be kept plays no part.
  return sinkOf(s3.s3Anchors({ bucket, prefix, retainDays: 1, ...(endpoint && { endpoint, forcePathStyle: true }) }))
}

function startOf(file: string): string {
  try {
    const opened = openSync(file, 'r')
    try {
      const start = Buffer.alloc(16)
      return start.toString('latin1', 0, readSync(opened, start, 0, start.length, 0))
    } finally {
      closeSync(opened)
    }
  } catch (cause) {
    throw new MendkitError('config', `${file} cannot be read: name a file that is there`, { cause })
  }
}
