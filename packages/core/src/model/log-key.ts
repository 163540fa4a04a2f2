/** How a certifier signs; each belongs to one kind of key. RSA signs as PSS, ECDSA in DER. */
export type CertifierAlgorithm = 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-pss-sha256'

/** A certificate for a key of a log, as its entry holds it: everything that its statement is made of again, and the signature. */
export type LogKeyCertificate = {
  /** The origin of the log when it was certified. */
  origin: string
  /** The key that it is for, as text. */
  verifierKey: string
  /** When it was certified, ISO 8601. */
  certifiedAt: string
  /** SHA-256 of the statement, hex. */
  statement: string
  /** Id of the certifier, and what it calls its own key. */
  certifier: string
  keyId: string
  algorithm: CertifierAlgorithm
  /** SHA-256 of the certifier's public key (SPKI, DER), hex. */
  certifierKey: string
  /** Base64. */
  signature: string
}

/** Where the origin of a log ended, and which one it goes on under. */
export type LogEpochOpened = {
  epoch: number
  /** The origin that ended; absent for a log that nobody signed. */
  origin?: string
  /** Where the log ended: how many entries, and their root in base64. */
  size: number
  root: string
  /** The anchor of the most entries that this log is behind, if it is. */
  anchor?: { size: number; root: string }
}
