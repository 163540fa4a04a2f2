import { parseArgs } from 'node:util'
import { findServers } from '../build/find-servers.ts'
import { startTestbed } from '../start-testbed.ts'
import { chaos } from './chaos.ts'
import { realWorld } from './world/real-world.ts'
import { simulatedWorld } from './world/simulated-world.ts'
import type { World } from './world/world.ts'

const usage = `pnpm chaos --kills N   kill N hosts at every kind of moment, and judge what they leave behind
  --from S             the seed of the first kill; from the clock unless given
  --simulated          on the simulated cluster, also where the testbed is built
  --json               one object as the last line`

try {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((arg) => arg !== '--'),
    options: {
      kills: { type: 'string' },
      from: { type: 'string' },
      simulated: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  await play(whole('kills', values.kills), whole('from', values.from ?? `${Date.now() % 1_000_000}`), values)
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}

function whole(name: string, text: string | undefined): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= (name === 'kills' ? 1 : 0)) return number
  throw new TypeError(`--${name} must be a whole number, not ${text ?? 'absent'}`)
}

async function play(kills: number, seed: number, { simulated, json }: { simulated: boolean; json: boolean }) {
  console.error(`seed ${seed}: replay with --kills ${kills} --from ${seed}`)
  const isReal = !simulated && findServers().kind !== 'missing'
  const world = isReal ? testbedWorld : simulatedWorld
  const say = (line: string) => console.error(line)
  const result = await chaos({ world, kills, seed, say })
  const { cluster, doubleEffects, lost, stuck, unaudited } = result
  const findings = { doubleEffects, lost, stuck, unaudited }
  for (const [kind, found] of Object.entries(findings)) for (const each of found) say(`${kind}: ${each}`)
  say(`incidents by phase: ${JSON.stringify(result.phases)}`)
  const line = {
    cluster,
    kills: result.kills,
    doubleEffects: doubleEffects.length,
    lost: lost.length,
    stuck: stuck.length,
    auditValid: unaudited.length === 0,
  }
  console.log(
    json
      ? JSON.stringify(line)
      : Object.entries(line)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
  )
  const isSound = line.doubleEffects + line.lost + line.stuck === 0 && line.auditValid
  process.exitCode = isSound ? 0 : 1
}

/** A testbed of its own, which ends with the run. */
async function testbedWorld(folder: string): Promise<World> {
  const testbed = await startTestbed()
  return { ...realWorld(testbed, folder), close: () => testbed.stop() }
}
