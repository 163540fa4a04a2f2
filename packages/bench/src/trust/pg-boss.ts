import { PgBoss } from 'pg-boss'

const queue = 'steps'

/**
 * Durable steps per second of a job queue: so many flows at once, each of which puts a job in, takes one, and says that it is
 * done. Each of the three is one durable change, and counts as a step.
 */
export async function pgBossStepsPerSecond(url: string, flows: number, jobsOfEach: number): Promise<number> {
  // As many connections as our store has; none of the work that it does beside.
  const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false })
  let isOver = false
  boss.on('error', (error) => {
    // Its connections, of which it does not wait for the end, meet that of the server.
    if (!isOver) console.error(error)
  })
  await boss.start()
  await boss.createQueue(queue)
  const began = performance.now()
  await Promise.all(Array.from({ length: flows }, () => flow(boss, jobsOfEach)))
  const seconds = (performance.now() - began) / 1_000
  isOver = true
  await boss.stop()
  return (3 * flows * jobsOfEach) / seconds
}

async function flow(boss: PgBoss, jobs: number): Promise<void> {
  for (let index = 0; index < jobs; index += 1) {
    await boss.send(queue, { execution: index, outcome: 'intent' })
    const [job] = await boss.fetch(queue)
    if (job === undefined) throw new Error('a job that was put in is not there')
    await boss.complete(queue, job.id, { outcome: 'applied' })
  }
}
