import { nothingHappensOutsidePolicy } from './support/no-harm.ts'

nothingHappensOutsidePolicy({ seed: 1, cases: 50_000 })
