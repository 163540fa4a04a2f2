import { MendkitError } from '@mendkit/core'

/** A flag as its service knows it. */
export interface Flag {
  readonly name: string
  readonly team: string
  readonly on: boolean
  /** Rises with every write. A write that names another version is refused. */
  readonly version: number
  /** Who or what wrote last, as the writer said: a person, or the id of an execution. */
  readonly writtenBy: string
  /** Milliseconds since 1970. */
  readonly switchedAt: number
}

/** A feature flag service. Yours is a database or a vendor; what counts is that writes are conditional on a version. */
export interface FlagService {
  list(): readonly Flag[]
  /** Throws `not-found`. */
  get(name: string): Flag
  /** Throws `conflict` when the flag has another version, and then has changed nothing. */
  set(name: string, on: boolean, write: { readonly ifVersion: number; readonly by: string }): void
  /** Gives the flag a new version and changes nothing else, so that a write still under way is refused. */
  touch(name: string): void
}

/** A service in this process, with every flag off. */
export function flagService(flags: readonly { readonly name: string; readonly team: string }[]): FlagService {
  const stored = new Map<string, Flag>(
    flags.map((flag) => [flag.name, { ...flag, on: false, version: 1, writtenBy: 'set-up', switchedAt: 0 }]),
  )

  function get(name: string): Flag {
    const flag = stored.get(name)
    if (flag === undefined) throw new MendkitError('not-found', `there is no flag named ${name}`)
    return flag
  }

  return {
    list: () => [...stored.values()],
    get,
    set(name, on, { ifVersion, by }) {
      const flag = get(name)
      if (flag.version !== ifVersion) {
        throw new MendkitError('conflict', `flag ${name} is at version ${flag.version}, not ${ifVersion}`)
      }
      const switchedAt = flag.on === on ? flag.switchedAt : Date.now()
      stored.set(name, { ...flag, on, version: ifVersion + 1, writtenBy: by, switchedAt })
    },
    touch(name) {
      const flag = get(name)
      stored.set(name, { ...flag, version: flag.version + 1 })
    },
  }
}
