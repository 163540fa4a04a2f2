import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { bits, explicit, identifier, integer, octets, sequence, setOf, tagged, text, time, yes } from './der.ts'

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificatePem: string
  readonly keyPem: string
}

/** Whom a certificate names and what it is good for. */
interface CertificateRequest {
  /** A Kubernetes user name, for a client. */
  readonly commonName: string
  /** Kubernetes groups, for a client. */
  readonly organizations?: readonly string[]
  /** Host names and IPv4 addresses of a server. */
  readonly hosts?: readonly string[]
}

/** An authority that lives as long as one testbed. */
export interface CertificateAuthority {
  readonly certificatePem: string
  /** Signs a certificate that is good both for servers and for clients, for as long as the authority itself. */
  issue(request: CertificateRequest): KeyPair
}

const algorithm = () => sequence(identifier('1.2.840.10045.4.3.2')) // ECDSA with SHA-256
const lifetimeMs = 7 * 24 * 3_600_000

/** Makes an authority with a fresh P-256 key. It is valid from one hour ago to seven days from now. */
export function createCertificateAuthority(): CertificateAuthority {
  const name = distinguishedName({ commonName: 'mendkit-testbed' })
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keyId = keyIdentifier(keys.publicKey)
  const ownExtensions = [
    extension('2.5.29.19', sequence(yes()), true), // basic constraints: an authority
    extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true), // key usage: sign certificates and revocations
    extension('2.5.29.14', octets(keyId)),
  ]
  const signed = (subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]) =>
    certificate({ issuer: name, subject, publicKey, extensions, signingKey: keys.privateKey })

  return {
    certificatePem: signed(name, keys.publicKey, ownExtensions),
    issue(request) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const extensions = [
        extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true), // key usage: digital signature
        extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.1'), identifier('1.3.6.1.5.5.7.3.2'))),
        extension('2.5.29.35', sequence(tagged(0x80, keyId))),
        ...(request.hosts ? [extension('2.5.29.17', alternativeNames(request.hosts))] : []),
      ]
      return {
        certificatePem: signed(distinguishedName(request), own.publicKey, extensions),
        keyPem: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
    },
  }
}

interface CertificateParts {
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly publicKey: KeyObject
  readonly extensions: readonly Buffer[]
  readonly signingKey: KeyObject
}

function certificate({ issuer, subject, publicKey, extensions, signingKey }: CertificateParts): string {
  const now = Date.now()
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40 // positive, and never a leading zero
  const toSign = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(serial),
    algorithm(),
    issuer,
    sequence(time(new Date(now - 3_600_000)), time(new Date(now + lifetimeMs))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  )
  const whole = sequence(toSign, algorithm(), bits(sign('sha256', toSign, signingKey)))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function distinguishedName({ commonName, organizations = [] }: CertificateRequest): Buffer {
  const part = (type: string, value: string) => setOf(sequence(identifier(type), text(value)))
  return sequence(...organizations.map((group) => part('2.5.4.10', group)), part('2.5.4.3', commonName))
}

function alternativeNames(hosts: readonly string[]): Buffer {
  return sequence(
    ...hosts.map((host) =>
      isIPv4(host) ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host, 'ascii')),
    ),
  )
}

function extension(type: string, value: Buffer, critical = false): Buffer {
  return sequence(identifier(type), ...(critical ? [yes()] : []), octets(value))
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
}
