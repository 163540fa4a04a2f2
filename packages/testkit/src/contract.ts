import assert from 'node:assert/strict'

/** One promise of a port, checked on fresh subjects. */
export interface Clause<Subject> {
  /** The promise in one sentence; also its name. */
  readonly says: string
  /** Rejects when the promise does not hold. `make` may be called more than once. */
  check(make: () => Promise<Subject>): Promise<void>
}

/** All promises of a port, as data: tests run it, and documents can list it. */
export type Contract<Subject> = readonly Clause<Subject>[]

/** Why an implementation cannot hold some clauses, by what they say. */
export type Skips = Readonly<Record<string, string>>

/** The `test` of vitest, or of any runner that registers tests like it. */
export type TestFunction = (
  name: string,
  run: (context: { skip(because?: string): unknown }) => Promise<void>,
) => unknown

/**
 * Registers a contract as tests, one per clause. A skipped clause is reported with its reason. A skip that names no clause
 * throws; a skip whose clause holds after all fails, because it hides what the implementation can do by now. Subjects that
 * have `Symbol.asyncDispose` are disposed of after their clause.
 */
export function holdsTo<Subject>(
  test: TestFunction,
  name: string,
  contract: Contract<Subject>,
  make: () => Promise<Subject>,
  skips: Skips = {},
): void {
  const unknown = Object.keys(skips).filter((says) => !contract.some((clause) => clause.says === says))
  assert.deepEqual(unknown, [], `${name} skips clauses that do not exist`)
  for (const clause of contract) {
    test(`${name} ${clause.says}`, async (context) => {
      const because = skips[clause.says]
      if (because === undefined) return await runClause(clause, make)
      const holds = await runClause(clause, make).then(
        () => true,
        () => false,
      )
      assert.ok(!holds, `stale skip: the clause holds although it is skipped because ${because}`)
      context.skip(because)
    })
  }
}

async function runClause<Subject>(clause: Clause<Subject>, make: () => Promise<Subject>): Promise<void> {
  const made: Subject[] = []
  try {
    await clause.check(async () => {
      const subject = await make()
      made.push(subject)
      return subject
    })
  } finally {
    for (const subject of made.reverse()) await dispose(subject)
  }
}

async function dispose(subject: unknown): Promise<void> {
  const end = (subject as Partial<AsyncDisposable> | null | undefined)?.[Symbol.asyncDispose]
  if (typeof end === 'function') await end.call(subject)
}
