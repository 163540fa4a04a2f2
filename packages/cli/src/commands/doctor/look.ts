import type { CallContext } from '@mendkit/core'
import { kubernetesActionTypes } from '@mendkit/kubernetes'
import type { Args } from '../../run/args.ts'
import type { Answer, Call } from '../../run/command.ts'
import { chosen } from '../../run/page-options.ts'
import { UsageError } from '../../run/usage-error.ts'
import { logOf } from '../../terminal/log.ts'
import { pairs, type Screen } from '../../terminal/screen.ts'
import { type AlertCoverage, alertmanagerFindings } from './alertmanager.ts'
import { clusterFindings } from './cluster.ts'
import type { Finding } from './finding.ts'
import { storeFindings } from './store.ts'

/** Looks at everything that `mendkit doctor` was told of. */
export async function look(call: Call): Promise<Answer> {
  const { args, io } = call
  const ctx: CallContext = { signal: io.signal, log: logOf(call, 'error') }
  const actions = chosen(args, 'actions', kubernetesActionTypes)
  refuseIdle(args)
  refuseCredentials(args.text('alertmanager'))
  const alerts = await alertmanagerFindings(
    { url: args.text('alertmanager'), token: io.env['MENDKIT_ALERTMANAGER_TOKEN'], cluster: args.text('cluster') },
    ctx,
  )
  const findings = [
    ...(await storeFindings(call, ctx)),
    ...(await clusterFindings(
      {
        kubeconfig: args.text('kubeconfig'),
        readContext: args.text('read-context'),
        actContext: args.text('act-context'),
        namespaces: args.names('namespaces'),
        actions: actions.length === 0 ? undefined : actions,
      },
      ctx,
    )),
    ...alerts.findings,
  ]
  const ok = findings.every((finding) => finding.ok)
  return {
    json: { ok, findings, ...(alerts.coverage === undefined ? {} : { alerts: alerts.coverage }) },
    failed: !ok,
    text: (screen) => doctorText(findings, alerts.coverage, screen),
  }
}

/** What says how to look at something that is not looked at would make an exit code of 0 say more than it does. */
function refuseIdle(args: Args): void {
  const isNamed = (option: string) => args.texts(option).length > 0
  const refuse = (idle: readonly string[], targets: readonly string[]) => {
    const option = idle.find(isNamed)
    if (option === undefined || targets.some(isNamed)) return
    throw new UsageError(`--${option} is of no use without ${targets.map((one) => `--${one}`).join(' or ')}`)
  }
  refuse(['namespaces', 'actions'], ['kubeconfig', 'read-context', 'act-context'])
  refuse(['cluster'], ['alertmanager'])
}

/** The command line is what every user of the machine can read, and an address ends up in messages. */
function refuseCredentials(address: string | undefined): void {
  if (address === undefined || !URL.canParse(address)) return
  const { username, password } = new URL(address)
  if (username === '' && password === '') return
  throw new UsageError(
    '--alertmanager holds a user or a password: leave them out, and give a bearer token in MENDKIT_ALERTMANAGER_TOKEN',
  )
}

function doctorText(findings: readonly Finding[], coverage: AlertCoverage | undefined, screen: Screen): string {
  const rows = findings.map(({ ok, about, says }) => [`${ok ? 'ok  ' : 'FAIL'}  ${about}`, says] as const)
  const unmapped = coverage?.unmapped ?? []
  const names = unmapped.map(({ alertname, alerts, because }) => `${alertname} (${alerts}): ${because}`)
  const wrong = findings.filter(({ ok }) => !ok).length
  return [
    pairs(rows, screen),
    ...(names.length === 0 ? [] : [pairs([['Alerts without an object', names.join('\n')]], screen)]),
    wrong === 0 ? 'Nothing is wrong with what was looked at.' : `${wrong} of ${findings.length} are wrong.`,
  ].join('\n\n')
}
