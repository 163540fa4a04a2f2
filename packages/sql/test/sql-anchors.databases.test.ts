import { sqlAnchors, sqlStore } from '@mendkit/sql'
import { makeDatabase, type RealDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { type AnchorSinkSubject, anchorSinkContract, callContext, holdsTo, virtualClock } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'

const ctx = callContext()

function opened(url: string) {
  const sink = sqlAnchors(url)
  onTestFinished(() => sink.close())
  return sink
}

async function subject(kind: RealDatabase['kind']): Promise<AnchorSinkSubject> {
  const { url } = await makeDatabase(kind)
  const nobody = new URL(url)
  nobody.port = '9'
  return {
    sink: opened(url),
    again: async () => opened(url),
    unreachable: opened(nobody.href),
    secret: nobody.password,
  }
}

for (const kind of servers) {
  holdsTo(test, `sqlAnchors on ${kind}`, anchorSinkContract, () => subject(kind))

  test(`anchors beside the log on ${kind} are told to be no help`, async () => {
    const { url } = await makeDatabase(kind)
    expect(await opened(url).place(ctx)).toMatchObject({ apart: 'this-machine' })
    const store = sqlStore(url)
    await store.open({ clock: virtualClock() }, ctx)
    onTestFinished(() => store.close())
    expect(await opened(url).place(ctx)).toMatchObject({
      apart: 'same-database',
      where: expect.not.stringContaining(new URL(url).password),
    })
  })
}

if (servers.length === 0) test('anchors on servers', ({ skip }) => skip(withoutServers))
