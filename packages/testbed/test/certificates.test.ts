import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, get } from 'node:https'
import { expect, test } from 'vitest'
import { portOf } from '../src/machine/free-ports.ts'
import { createCertificateAuthority } from '../src/pki/certificate-authority.ts'

test('a certificate names its user and groups and verifies against its authority only', () => {
  const authority = createCertificateAuthority()
  const request = { commonName: 'admin', organizations: ['system:masters'], hosts: ['localhost', '127.0.0.1'] }
  const certificate = new X509Certificate(authority.issue(request).certificatePem)
  const issuer = new X509Certificate(authority.certificatePem)
  expect(certificate.subject).toBe('O=system:masters\nCN=admin')
  expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1')
  expect(issuer.ca).toBe(true)
  expect(certificate.verify(issuer.publicKey)).toBe(true)
  expect(certificate.verify(new X509Certificate(createCertificateAuthority().certificatePem).publicKey)).toBe(false)
})

test('server and client accept each other over TLS', async () => {
  const authority = createCertificateAuthority()
  const own = authority.issue({ commonName: 'server', hosts: ['127.0.0.1'] })
  const client = authority.issue({ commonName: 'client' })
  const ca = authority.certificatePem
  const server = createServer({ ca, cert: own.certificatePem, key: own.keyPem, requestCert: true })
  server.on('request', (_, response) => response.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://127.0.0.1:${portOf(server)}`
  const request = get(url, { ca, cert: client.certificatePem, key: client.keyPem, agent: false })
  const [response] = await once(request, 'response')
  expect(response.statusCode).toBe(200)
  response.resume()
  server.close()
})
