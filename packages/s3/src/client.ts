import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'

/** A client of `@aws-sdk/client-s3` that the host made. */
export type HostS3Client = S3Client

/** How the client is made when the host gives none. */
export interface S3Connection {
  readonly region?: string
  readonly endpoint?: string
  readonly forcePathStyle?: boolean
  readonly timeoutMs: number
}

/** One version of an object, as a listing tells it. */
export interface ObjectVersion {
  readonly key: string
  readonly versionId: string | undefined
  readonly size: number
  /** Ms since 1970, by the clock of S3. */
  readonly at: number
}

/** The few calls that anchors need. They reject with whatever the vendor's client throws. */
export interface ObjectClient {
  /** What the bucket says of object lock; `Enabled` when it has it. */
  lockState(signal: AbortSignal): Promise<string | undefined>
  /** Creates an object that nobody may change before `until`; fails with 412 when there is one of this key. */
  create(key: string, body: string, until: Date, signal: AbortSignal): Promise<void>
  /** Versions of objects behind a key, in order of key; those under a delete marker too. `next` goes on from there. */
  versions(
    from: {
      readonly prefix: string
      readonly after: string | undefined
      readonly version?: string
      readonly max: number
    },
    signal: AbortSignal,
  ): Promise<{
    readonly found: readonly ObjectVersion[]
    readonly next?: { readonly after: string; readonly version?: string }
  }>
  read(version: ObjectVersion, signal: AbortSignal): Promise<string>
}

/** A client of one bucket. The engine retries, so it does not. */
export function objectClient(bucket: string, given: HostS3Client | undefined, connection: S3Connection): ObjectClient {
  const client = given ?? makeClient(connection)
  const Bucket = bucket
  return {
    async lockState(abortSignal) {
      const found = await client.send(new GetObjectLockConfigurationCommand({ Bucket }), { abortSignal })
      return found.ObjectLockConfiguration?.ObjectLockEnabled
    },
    async create(Key, Body, until, abortSignal) {
      const request = new PutObjectCommand({
        Bucket,
        Key,
        Body,
        ContentType: 'text/plain; charset=utf-8',
        IfNoneMatch: '*',
        // S3 refuses a lock without a checksum of what is locked.
        ChecksumAlgorithm: 'SHA256',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: until,
      })
      await client.send(request, { abortSignal })
    },
    async versions({ prefix, after, version, max }, abortSignal) {
      const request = new ListObjectVersionsCommand({
        Bucket,
        Prefix: prefix,
        MaxKeys: max,
        ...(after !== undefined && { KeyMarker: after }),
        ...(version !== undefined && { VersionIdMarker: version }),
      })
      const {
        Versions = [],
        IsTruncated,
        NextKeyMarker,
        NextVersionIdMarker,
      } = await client.send(request, { abortSignal })
      const found = Versions.map(({ Key = '', VersionId, Size = 0, LastModified }) => ({
        key: Key,
        versionId: VersionId,
        size: Size,
        at: LastModified?.getTime() ?? 0,
      }))
      if (IsTruncated !== true || !NextKeyMarker) return { found }
      return { found, next: { after: NextKeyMarker, ...(NextVersionIdMarker && { version: NextVersionIdMarker }) } }
    },
    async read({ key, versionId }, abortSignal) {
      const request = new GetObjectCommand({
        Bucket,
        Key: key,
        ...(versionId !== undefined && { VersionId: versionId }),
      })
      const { Body } = await client.send(request, { abortSignal })
      return (await Body?.transformToString('utf-8')) ?? ''
    },
  }
}

function makeClient({ timeoutMs, ...connection }: S3Connection): S3Client {
  return new S3Client({
    ...connection,
    maxAttempts: 1,
    requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs, throwOnRequestTimeout: true },
  })
}
