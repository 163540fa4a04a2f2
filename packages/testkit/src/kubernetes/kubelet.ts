import type { CompleteImage, ContainerBehaviour, ImageRegistry } from './images.ts'
import { controllerOf } from './object-store.ts'
import { isTerminating } from './pod-deletion.ts'
import { containerOf, waiting, withContainer } from './pod-status.ts'
import type { ContainerStatus, SimulatedPod } from './schemas.ts'
import type { World } from './world.ts'

const BIND_MS = 10
/** Until the scheduler looks again at a pod that no node takes. */
const UNPLACED_MS = 1000
const RESTART_MS = 100
const FIRST_BACKOFF_MS = 10_000
const MAX_BACKOFF_MS = 300_000
const MANAGER = { manager: 'kubelet', admitted: true }

/** One container as the kubelet knows it beside its status. */
interface Run {
  /** Rises with every start, so that what an earlier run had planned is void. */
  number: number
  crashes: number
  pulls: number
  behaviour: ContainerBehaviour
  log: string
  previousLog?: string
}

/** Runs pods: pulls, starts, probes, crashes and restarts their containers. */
export interface Kubelet {
  /** Takes a new pod: puts it on a node and starts it. */
  add(uid: string): void
  /** Makes the running containers of a pod behave so from now on, whatever their image says. */
  force(pod: SimulatedPod, behaviour: ContainerBehaviour): void
  /** The log of a container's current (or last) run, and of the one before. */
  logs(uid: string, container: string): { readonly current?: string; readonly previous?: string }
}

/** The kubelets of all nodes. */
export function kubelet(world: World, images: ImageRegistry): Kubelet {
  const runs = new Map<string, Run>()
  const forced = new Map<string, ContainerBehaviour>()

  function live(uid: string): SimulatedPod | undefined {
    const pod = world.store.byUid(uid) as SimulatedPod | undefined
    return pod === undefined || isTerminating(pod) ? undefined : pod
  }

  function runOf(uid: string, name: string): Run {
    const key = `${uid}/${name}`
    const known = runs.get(key)
    if (known !== undefined) return known
    const fresh: Run = { number: 0, crashes: 0, pulls: 0, behaviour: 'healthy', log: '' }
    runs.set(key, fresh)
    return fresh
  }

  function write(uid: string, name: string, change: (status: ContainerStatus) => ContainerStatus): void {
    const pod = live(uid)
    if (pod === undefined) return
    world.store.replace(pod, withContainer(pod, change(containerOf(pod, name)), world.time.stamp()), MANAGER)
  }

  function tell(uid: string, name: string, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const about = live(uid)
    const fieldPath = `spec.containers{${name}}`
    if (about !== undefined) world.record({ about, type, reason, message, component: 'kubelet', fieldPath })
  }

  function bind(uid: string): void {
    const pod = live(uid)
    if (pod === undefined) return
    // Whoever names a node asks no scheduler.
    const nodeName = pod.spec.nodeName ?? freeNode(world)
    if (nodeName === undefined) {
      world.time.after(UNPLACED_MS, () => bind(uid), true)
      return
    }
    const now = world.time.stamp()
    const placed = { ...pod, spec: { ...pod.spec, nodeName }, status: { ...pod.status, startTime: now } }
    const [first] = pod.spec.containers
    const next = first === undefined ? placed : withContainer(placed, waiting(first.name, first.image), now)
    world.store.replace(pod, next, MANAGER)
    const { namespace, name } = pod.metadata
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`
    world.record({ about: pod, type: 'Normal', reason: 'Scheduled', message, component: 'default-scheduler' })
    for (const container of pod.spec.containers) pull(uid, container.name, container.image)
  }

  function pull(uid: string, name: string, image: string): void {
    const run = runOf(uid, name)
    tell(uid, name, 'Normal', 'Pulling', `Pulling image "${image}"`)
    const background = run.pulls > 0
    world.time.after(
      images.get(image).pullMs,
      () => {
        if (live(uid) === undefined) return
        if (images.get(image).behaviour !== 'unpullable') {
          tell(uid, name, 'Normal', 'Pulled', `Successfully pulled image "${image}"`)
          return start(uid, name, image)
        }
        run.pulls += 1
        const problem = `failed to pull image "${image}": not found`
        tell(uid, name, 'Warning', 'Failed', `Failed to pull image "${image}": not found`)
        tell(uid, name, 'Warning', 'Failed', 'Error: ErrImagePull')
        write(uid, name, (status) => ({ ...status, state: { waiting: { reason: 'ErrImagePull', message: problem } } }))
        world.time.after(RESTART_MS, () => backOffPulling(uid, name, image, problem), background)
      },
      background,
    )
  }

  function backOffPulling(uid: string, name: string, image: string, problem: string): void {
    const message = `Back-off pulling image "${image}": ErrImagePull: ${problem}`
    tell(uid, name, 'Normal', 'BackOff', `Back-off pulling image "${image}"`)
    tell(uid, name, 'Warning', 'Failed', 'Error: ImagePullBackOff')
    write(uid, name, (status) => ({ ...status, state: { waiting: { reason: 'ImagePullBackOff', message } } }))
    world.time.after(backoff(runOf(uid, name).pulls), () => pull(uid, name, image), true)
  }

  function start(uid: string, name: string, image: string): void {
    const pod = live(uid)
    if (pod === undefined) return
    const run = runOf(uid, name)
    const spec = images.get(image)
    run.number += 1
    run.behaviour = behaviourFor(pod, name, spec)
    if (run.number > 1) run.previousLog = run.log
    run.log = spec.behaviour === run.behaviour ? spec.logs : `${name} started`
    tell(uid, name, 'Normal', 'Created', `Created container: ${name}`)
    tell(uid, name, 'Normal', 'Started', `Started container ${name}`)
    const startedAt = world.time.stamp()
    write(uid, name, (status) => ({
      ...status,
      imageID: `sha256:${image}`,
      started: true,
      restartCount: run.crashes,
      state: { running: { startedAt } },
    }))
    proceed(uid, name, image)
  }

  /** What the current run comes to. */
  function proceed(uid: string, name: string, image: string): void {
    const run = runOf(uid, name)
    const spec = images.get(image)
    const { number, behaviour } = run
    const background = run.crashes > 1
    const later = (ms: number, task: () => void) =>
      world.time.after(ms, () => (runOf(uid, name).number === number ? task() : undefined), background)
    if (behaviour === 'healthy')
      later(spec.readyAfterMs, () => write(uid, name, (status) => ({ ...status, ready: true })))
    else if (behaviour === 'not-ready') later(spec.readyAfterMs, () => unready(uid, name))
    else later(spec.crashAfterMs, () => crash(uid, name, image))
  }

  function unready(uid: string, name: string): void {
    tell(uid, name, 'Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')
    write(uid, name, (status) => ({ ...status, ready: false }))
  }

  function crash(uid: string, name: string, image: string): void {
    const pod = live(uid)
    if (pod === undefined) return
    const run = runOf(uid, name)
    const finishedAt = world.time.stamp()
    run.number += 1
    run.crashes += 1
    const oom = run.behaviour === 'oom'
    const startedAt = containerOf(pod, name).state.running?.startedAt ?? finishedAt
    const exitCode = oom ? 137 : images.get(image).exitCode
    const containerID = `containerd://${uid}-${run.number}`
    const terminated = { exitCode, reason: oom ? 'OOMKilled' : 'Error', startedAt, finishedAt, containerID }
    const again = run.crashes === 1
    const wait = again ? RESTART_MS : backoff(run.crashes - 1)
    const message = `back-off ${wait / 1000}s restarting failed container=${name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${uid})`
    write(uid, name, (status) => ({
      ...status,
      ready: false,
      started: false,
      state: again ? { terminated } : { waiting: { reason: 'CrashLoopBackOff', message } },
      lastState: again ? status.lastState : { terminated },
    }))
    if (!again) {
      const text = `Back-off restarting failed container ${name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${uid})`
      tell(uid, name, 'Warning', 'BackOff', text)
    }
    const { number } = run
    const restart = () => {
      if (runOf(uid, name).number !== number) return
      write(uid, name, (status) => ({ ...status, lastState: { terminated } }))
      start(uid, name, image)
    }
    world.time.after(wait, restart, !again)
  }

  /** With `affects`, only so many of an owner's live pods get the image's behaviour; a pod keeps what it once got. */
  function behaviourFor(pod: SimulatedPod, name: string, spec: CompleteImage): ContainerBehaviour {
    const { uid } = pod.metadata
    const told = forced.get(uid)
    if (told !== undefined) return told
    if (spec.affects === Number.POSITIVE_INFINITY) return spec.behaviour
    const run = runOf(uid, name)
    if (run.number > 1) return run.behaviour === 'healthy' ? 'healthy' : spec.behaviour
    const owner = controllerOf(pod)?.uid ?? ''
    const siblings = world.store.controlledBy(owner).filter((sibling) => {
      const other = runs.get(`${sibling.metadata.uid}/${name}`)
      return live(sibling.metadata.uid) !== undefined && other !== run && other !== undefined && other.number > 0
    })
    const affected = siblings.filter((sibling) => runOf(sibling.metadata.uid, name).behaviour === spec.behaviour)
    return affected.length < spec.affects ? spec.behaviour : 'healthy'
  }

  return {
    add: (uid) => world.time.after(BIND_MS, () => bind(uid)),
    force(pod, behaviour) {
      const { uid } = pod.metadata
      forced.set(uid, behaviour)
      for (const { name, image } of pod.spec.containers) {
        const run = runOf(uid, name)
        run.behaviour = behaviour
        if (behaviour === 'crash' || behaviour === 'oom') crash(uid, name, image)
        else if (behaviour === 'not-ready') unready(uid, name)
        else proceed(uid, name, image)
      }
    },
    logs(uid, container) {
      const run = runs.get(`${uid}/${container}`)
      if (run === undefined || run.log === '') return {}
      const ended = run.crashes > 0 && live(uid) !== undefined
      const previous = run.previousLog ?? (ended ? run.log : undefined)
      return { current: run.log, ...(previous === undefined ? {} : { previous }) }
    },
  }
}

/** A node that takes pods. */
function freeNode(world: World): string | undefined {
  const nodes = world.store.all('v1', 'Node').filter((node) => !isCordoned(node))
  return nodes[world.count() % nodes.length]?.metadata.name
}

function isCordoned(node: object): boolean {
  return (node as { spec?: { unschedulable?: boolean } }).spec?.unschedulable === true
}

function backoff(times: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (times - 1))
}
