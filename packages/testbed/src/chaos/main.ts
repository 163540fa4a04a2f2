import { parseArgs } from 'node:util'
import { findServers } from '../build/find-servers.ts'
import { startTestbed } from '../start-testbed.ts'
import { understood, wholeNumber } from '../usage.ts'
import { chaos } from './chaos.ts'
import { realWorld } from './world/real-world.ts'
import { simulatedWorld } from './world/simulated-world.ts'
import type { World } from './world/world.ts'

const usage = `pnpm chaos --kills N   kill N hosts at every kind of moment, and judge what they leave behind
  --from S             the seed of the first kill; from the clock unless given
  --simulated          on the simulated cluster, also where the testbed is built
  --json               one object as the last line`

const request = understood(usage, () => {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((arg) => arg !== '--'),
    options: {
      kills: { type: 'string', default: '' },
      from: { type: 'string' },
      simulated: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const seed = wholeNumber('--from', values.from ?? String(Date.now() % 1_000_000), 0)
  return { ...values, kills: wholeNumber('--kills', values.kills, 1), seed }
})
if (request !== undefined) await play(request)

interface ChaosRequest {
  readonly kills: number
  readonly seed: number
  readonly simulated: boolean
  readonly json: boolean
}

async function play({ kills, seed, simulated, json }: ChaosRequest) {
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
