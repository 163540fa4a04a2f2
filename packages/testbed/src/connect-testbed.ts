import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { effects, parseAuditLog } from './audit/effects.ts'
import { order } from './control-client.ts'
import { applyYaml } from './kube/apply-yaml.ts'
import { type KubeApi, kubeApi } from './kube/kube-api.ts'
import { restrictedCredentials } from './kube/restricted-credentials.ts'
import { waitUntil } from './machine/wait-until.ts'
import { alertmanagerConfig } from './monitoring/alertmanager-config.ts'
import { writeAndReload } from './monitoring/reload.ts'
import { createSilence, expireSilence } from './monitoring/silences.ts'
import { alertmanagerConfigPath } from './servers/alertmanager.ts'
import { rulesPath } from './servers/prometheus.ts'
import type { Testbed, TestbedDescription } from './testbed.ts'

/** Gives the handle of a running testbed, in whichever process it was started. Sends nothing by itself. */
export function connectTestbed(description: TestbedDescription): Testbed {
  const { url, caPem, adminKubeconfigPath, auditLogPath } = description.kubeApi
  const credentials = adminCredentials(adminKubeconfigPath)
  const admin = kubeApi({ url, caPem, credentials, userAgent: 'mendkit-testbed' })

  return {
    ...description,
    admin,
    apply: (yaml, namespace) => applyYaml(admin, yaml, namespace),
    async createNamespace(prefix) {
      const name = `${prefix}-${randomUUID().slice(0, 8)}`
      await applyYaml(admin, JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
      return name
    },
    credentialsFor: (rbacYaml, serviceAccount, namespace = 'default') =>
      restrictedCredentials(admin, { rbacYaml, serviceAccount, namespace, url, caPem, folder: description.folder }),
    reloadPrometheus: (groups) => writeAndReload(rulesPath(description.folder), { groups }, description.prometheus.url),
    sendAlertsTo: (...receivers) =>
      writeAndReload(
        alertmanagerConfigPath(description.folder),
        alertmanagerConfig(receivers),
        description.alertmanager.url,
      ),
    restartAlertmanager: () => order(description.control, '/alertmanager/restart'),
    silence: (matchers) => createSilence(description.alertmanager.url, matchers),
    liftSilence: (id) => expireSilence(description.alertmanager.url, id),
    setUnpullable: (image, unpullable = true) => order(description.control, '/images', { image, unpullable }),
    async effects(options) {
      await auditLogHasCaughtUp(admin, auditLogPath)
      return effects(auditLogPath, options)
    },
  }
}

/**
 * Waits until the audit log shows a request that was sent just now.
 *
 * The server writes an entry a moment after its answer; whatever was answered before this request is then in the log.
 */
async function auditLogHasCaughtUp(admin: KubeApi, path: string): Promise<void> {
  const mark = randomUUID()
  await admin.send({ path: `/version?mark=${mark}` })
  const caughtUp = async () => parseAuditLog(await readFile(path, 'utf8')).some((e) => e.requestURI.includes(mark))
  await waitUntil('the audit log catching up', caughtUp, { everyMs: 50 })
}

const kubeconfigSchema = z.object({
  users: z.tuple([
    z.object({ user: z.object({ 'client-certificate-data': z.string(), 'client-key-data': z.string() }) }),
  ]),
})

function adminCredentials(kubeconfigPath: string): { certificatePem: string; keyPem: string } {
  const config = kubeconfigSchema.parse(JSON.parse(readFileSync(kubeconfigPath, 'utf8')))
  const { user } = config.users[0]
  return {
    certificatePem: Buffer.from(user['client-certificate-data'], 'base64').toString(),
    keyPem: Buffer.from(user['client-key-data'], 'base64').toString(),
  }
}
