import { type Manifest, type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import type { ScenarioWorld } from '../scenario/schema.ts'
import { mergePatch } from './merge-patch.ts'

/** Plays the steps of a world on a simulated cluster, and answers the cluster as it then stands. */
export function simulate(world: ScenarioWorld): SimulatedCluster {
  const cluster = simulatedCluster()
  for (const [name, image] of Object.entries(world.images)) {
    const { behaviour, affects, logs, exitCode } = image
    cluster.image(name, {
      behaviour,
      ...(affects !== undefined && { affects }),
      ...(logs !== undefined && { logs }),
      ...(exitCode !== undefined && { exitCode }),
    })
  }
  for (const step of world.steps) {
    if ('wait' in step) cluster.tick(step.wait)
    else if ('apply' in step) for (const each of [step.apply].flat()) cluster.apply(each as Manifest)
    else if ('change' in step) change(cluster, step.change)
    else breakPods(cluster, step.breakPods)
    if (!('wait' in step)) cluster.settle()
  }
  return cluster
}

type Step = ScenarioWorld['steps'][number]

function change(
  cluster: SimulatedCluster,
  { merge, ...reference }: Extract<Step, { change: unknown }>['change'],
): void {
  const before = cluster.find(reference)
  if (before === undefined) throw new Error(`there is no ${reference.kind} ${reference.name} to be changed`)
  const { status: _, ...after } = mergePatch(before, merge) as Record<string, unknown>
  cluster.apply(after as unknown as Manifest)
}

function breakPods(cluster: SimulatedCluster, step: Extract<Step, { breakPods: unknown }>['breakPods']): void {
  const { namespace, app, pods, behaviour } = step
  const found = cluster.all('v1', 'Pod', namespace).filter(({ metadata }) => metadata.labels?.['app'] === app)
  for (const { metadata } of found.slice(0, pods)) cluster.breakPod({ namespace, name: metadata.name }, behaviour)
}
