
import { journalOnPostgres } from './trust/journal-on-postgres.ts'

const smoke = process.argv.includes('--smoke')
const e = { rounds: smoke ? 1 : 5, smoke }
for await (const r of journal(e)) console.log(JSON.stringify(r))
for await (const r of journalOnPostgres(e)) console.log(JSON.stringify(r))
