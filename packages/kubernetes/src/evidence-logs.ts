import { type CallContext, MendkitError, type Reading } from '@mendkit/core'
import { readSubject, readWorkload, resourceOf, type Subject } from './cluster-reader.ts'
import { factsAbout } from './facts.ts'
import { failureOf } from './kubernetes-failure.ts'
import type { Scope } from './options.ts'
import { type Pod, parsePod } from './parse-pod.ts'

const MAX_LOGS = 3
const LINES = 40
const BYTES = 8192

/** The last lines of containers that crashed: of the run that ended, not of the one that has just begun. */
export async function readPreviousLogs(scope: Scope, subject: Subject, context: CallContext): Promise<Reading> {
  const { object, pods } = await podsFor(scope, subject, context)
  const resource = resourceOf(scope, object)
  const { texts, warnings } = await readCrashLogs(scope, pods, context)
  const list = factsAbout(resource)
  list.atLeast('logs.of-crashed-containers', 'log', texts.length)
  return { facts: list.facts, resource, warnings, ...(texts.length === 0 ? {} : { text: texts.join('\n') }) }
}

/** The same of these pods, with what could not be read. */
export async function readCrashLogs(
  scope: Scope,
  pods: readonly Pod[],
  context: CallContext,
): Promise<{ readonly texts: readonly string[]; readonly warnings: readonly string[] }> {
  const crashed = pods.flatMap((pod) =>
    pod.containers
      .filter(({ ended, ready }) => !ready && ended !== undefined && ended.exitCode !== 0)
      .map((container) => ({ pod, container: container.name })),
  )
  const texts: string[] = []
  const warnings =
    crashed.length > MAX_LOGS ? [`logs of ${MAX_LOGS} of ${crashed.length} crashed containers were read`] : []
  for (const { pod, container } of crashed.slice(0, MAX_LOGS)) {
    const log = await readLog(scope, pod, container, context)
    if (log.text === undefined) warnings.push(log.because)
    else texts.push(`Pod ${pod.object.metadata.name}, container ${container}, its last run:\n${log.text}`)
  }
  return { texts, warnings }
}

async function podsFor(scope: Scope, subject: Subject, context: CallContext) {
  if (subject.kind === 'Pod') {
    const object = await readSubject(scope, subject, context)
    return { object, pods: [parsePod(object)] }
  }
  const { workload, pods } = await readWorkload(scope, subject, context)
  return { object: workload.object, pods }
}

type Log = { readonly text: string } | { readonly text?: undefined; readonly because: string }

/** One log that cannot be had does not spoil the others. */
async function readLog(scope: Scope, pod: Pod, container: string, context: CallContext): Promise<Log> {
  const { name, namespace } = pod.object.metadata
  // A pod that has ended has no later run, and so no previous one.
  const options = { container, previous: pod.state !== 'ended', tailLines: LINES, limitBytes: BYTES }
  try {
    return { text: await scope.read.podLogs({ namespace: String(namespace), name }, options, context) }
  } catch (error) {
    if (!MendkitError.is(error) || failureOf(error) === undefined) throw error
    return { because: error.message }
  }
}
