import { playHostile } from './play.ts'
const from = performance.now()
const report = await playHostile({ seed: Number(process.argv[2] ?? 1), cases: Number(process.argv[3] ?? 200) })
console.log(performance.now() - from, process.cpuUsage(), process.memoryUsage().heapUsed / 1e6)
console.log(report)
