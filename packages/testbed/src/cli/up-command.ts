import { startTestbed } from '../start-testbed.ts'
import type { Testbed } from '../testbed.ts'

/** Starts a testbed, prints where everything is, and returns when it has been stopped by Ctrl-C or `testbed down`. */
export async function upCommand(json: boolean, print: (line: string) => void): Promise<void> {
  const begun = performance.now()
  const testbed = await startTestbed({ purpose: 'up' })
  const stop = () => void testbed.stop()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const stay = setInterval(() => {
    // Only keeps this process alive: its servers do not by themselves.
  }, 3_600_000)
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
  print(json ? JSON.stringify(facts(testbed)) : inWords(testbed, seconds))
  await testbed.ended
  clearInterval(stay)
  process.off('SIGINT', stop).off('SIGTERM', stop)
}

function facts({ id, folder, kubeApi, prometheus, alertmanager, kubeStateMetrics, control }: Testbed): object {
  return { id, folder, kubeApi, prometheus, alertmanager, kubeStateMetrics, control }
}

function inWords(testbed: Testbed, seconds: string): string {
  return [
    `Ready after ${seconds} s.`,
    `  Kubernetes API      ${testbed.kubeApi.url}`,
    `  kubeconfig          ${testbed.kubeApi.adminKubeconfigPath}`,
    `  audit log           ${testbed.kubeApi.auditLogPath}`,
    `  Prometheus          ${testbed.prometheus.url}`,
    `  Alertmanager        ${testbed.alertmanager.url}`,
    `  kube-state-metrics  ${testbed.kubeStateMetrics.url}/metrics`,
    'Stop it with Ctrl-C here or with `pnpm testbed down` elsewhere.',
  ].join('\n')
}
