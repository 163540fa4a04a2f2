export type { HostS3Client } from './client.ts'
export { type S3AnchorsOptions, s3Anchors } from './s3-anchors.ts'
