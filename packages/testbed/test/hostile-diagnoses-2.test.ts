import { nothingHappensOutsidePolicy } from './support/no-harm.ts'

nothingHappensOutsidePolicy({ seed: 2, cases: 50_000 })
