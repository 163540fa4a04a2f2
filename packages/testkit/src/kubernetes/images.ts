import { MendkitError } from '@mendkit/core'

/**
 * What happens to a container that runs an image: `healthy` becomes ready; `crash` exits with an error again and again;
 * `oom` is killed for memory again and again; `not-ready` runs but never passes its readiness probe; `unpullable` never
 * starts.
 */
export type ContainerBehaviour = 'healthy' | 'crash' | 'oom' | 'not-ready' | 'unpullable'

/** How an image behaves in a simulated cluster. Times in milliseconds of simulated time. */
export interface SimulatedImage {
  readonly behaviour: ContainerBehaviour
  /** At most this many live pods of one owner behave so, the others are healthy. Default: all of them. */
  readonly affects?: number
  /** What a container writes in each run, line by line. Default: one line that says what it does. */
  readonly logs?: string
  /** From start to ready. Default 1,000. */
  readonly readyAfterMs?: number
  /** From start to the crash. Default 2,000. */
  readonly crashAfterMs?: number
  /** Default 500. */
  readonly pullMs?: number
  /** Exit code of a crash. Default 1; 137 for `oom`. */
  readonly exitCode?: number
}

/** An image with every default filled in. */
export type CompleteImage = Required<Omit<SimulatedImage, 'affects'>> & { readonly affects: number }

/** The images that a simulated cluster knows. An image that nobody described is healthy. */
export interface ImageRegistry {
  set(image: string, spec: SimulatedImage): void
  get(image: string): CompleteImage
}

const defaultLogs: Readonly<Record<ContainerBehaviour, string>> = {
  healthy: 'listening on :8080',
  crash: 'panic: cannot start',
  oom: 'loading the whole catalogue into memory',
  'not-ready': 'listening on :8080\nreadiness: upstream answers 503',
  unpullable: '',
}

/** An empty registry. */
export function imageRegistry(): ImageRegistry {
  const images = new Map<string, SimulatedImage>()
  return {
    set(image, spec) {
      if (!Object.hasOwn(defaultLogs, spec.behaviour)) {
        throw new MendkitError('config', `no container can behave ${JSON.stringify(spec.behaviour)}`, {
          path: 'behaviour',
        })
      }
      images.set(image, spec)
    },
    get(image) {
      const spec = images.get(image) ?? { behaviour: 'healthy' }
      return {
        affects: Number.POSITIVE_INFINITY,
        logs: defaultLogs[spec.behaviour],
        readyAfterMs: 1000,
        crashAfterMs: 2000,
        pullMs: 500,
        exitCode: spec.behaviour === 'oom' ? 137 : 1,
        ...spec,
      }
    },
  }
}
