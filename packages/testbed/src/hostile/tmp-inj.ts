import { readInjections } from './injections.ts'
import { playInjection } from './play-injection.ts'
for (const { id, text } of readInjections().slice(0, Number(process.argv[2] ?? 2))) {
  const c = process.cpuUsage()
  const r = await Promise.race([playInjection(text), new Promise<never>((_, j) => setTimeout(() => j(new Error('slow ' + id)), 15000))])
  console.log(id, process.cpuUsage(c).user / 1000, r.answers, r.effects, r.violations, r.notices.length, r.shown.length, r.story.length)
  const strings = (v: unknown): string[] => typeof v === 'string' ? [v] : v && typeof v === 'object' ? Object.entries(v).flatMap(([k, x]) => [k, ...strings(x)]) : []
  console.log(r.shown.flatMap(strings).filter((s) => s.includes(text.slice(0, 20))).slice(0, 3))
  console.log(r.notices.filter((n) => (n.title + n.body).includes(text.slice(0, 20))).slice(0, 2).map((n) => n.title + ' | ' + n.body))
  if (process.argv[3]) console.log(r.story)
}
process.exit(0)
