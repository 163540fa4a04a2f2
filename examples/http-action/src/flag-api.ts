import { z } from 'zod'

/** A flag as the API shows it. */
export const flagSchema = z.object({
  on: z.boolean(),
  /** What the last writer called its write. */
  changeId: z.string(),
})

/** A flag. */
export type Flag = z.output<typeof flagSchema>

/** A feature flag service behind HTTP, in this process. Yours is a vendor, or a table with a version behind a small API. */
export interface FlagApi {
  /** `GET` and `PUT /flags/<name>`, and `POST /flags/<name>/touch`; each answer has the flag's version as its `ETag`. */
  readonly handle: (request: Request) => Promise<Response>
  /** A flag as it stands; undefined when there is none. */
  flag(name: string): Flag | undefined
  remove(name: string): void
  /** From now on it turns every write away unread. */
  overload(): void
}

/** A service with these flags, all on. `changed` is told of each write where it happens, by the writer's name for it. */
export function flagApi(names: readonly string[], changed: (changeId: string) => void = () => undefined): FlagApi {
  const flags = new Map(names.map((name) => [name, { on: true, changeId: 'set-up', version: 1 }]))
  let overloaded = false

  async function handle(request: Request): Promise<Response> {
    const [, name = '', touch] = /^\/flags\/([^/]+)(\/touch)?$/.exec(new URL(request.url).pathname) ?? []
    const flag = flags.get(decodeURIComponent(name))
    if (flag === undefined) return Response.json({ error: 'there is no such flag' }, { status: 404 })
    if (request.method === 'GET') return answer(flag)
    if (overloaded) return Response.json({ error: 'too many requests' }, { status: 429 })
    if (touch !== undefined) {
      flag.version += 1
      return answer(flag)
    }
    const wanted = flagSchema.parse(await request.json())
    // Compared and written with nothing in between: this is what makes the condition one.
    if (request.headers.get('if-match') !== etagOf(flag)) {
      return Response.json({ error: 'the flag has another version' }, { status: 412 })
    }
    Object.assign(flag, wanted, { version: flag.version + 1 })
    changed(wanted.changeId)
    return answer(flag)
  }

  return {
    handle,
    flag: (name) => flags.get(name),
    remove: (name) => void flags.delete(name),
    overload: () => {
      overloaded = true
    },
  }
}

function answer(flag: Flag & { readonly version: number }): Response {
  const { on, changeId } = flag
  return Response.json({ on, changeId } satisfies Flag, { headers: { etag: etagOf(flag) } })
}

function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`
}
