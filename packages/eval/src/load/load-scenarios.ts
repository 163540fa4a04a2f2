import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MendkitError, message } from '@mendkit/core'
import { readScenarios } from '../scenario/read-scenarios.ts'
import { isFaultDataset, loadFaultDataset } from './fault-dataset.ts'
import type { Loaded } from './loaded.ts'
import { isRecordedTools, loadRecordedTools } from './recorded-tools.ts'

/**
 * Reads the scenarios of a folder, in our format or in one of those that are known: pairs of manifests (k8s-fault-dataset), recorded
 * tool output (HolmesGPT), ground truth (ITBench). What cannot become a scenario is told with the reason. Throws `invalid` for
 * a scenario file that is wrong, and for a folder in which there is nothing.
 */
export function loadScenarios(folder: string, options: { readonly seed?: number } = {}): Loaded {
  if (!existsSync(folder)) throw new MendkitError('invalid', message`${folder} is not there`)
  if (isFaultDataset(folder)) return loadFaultDataset(folder)
  if (isRecordedTools(folder)) return loadRecordedTools(folder)
  const truths = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'groundtruth.yaml')))
  if (truths.length > 0) {
    const because = 'it has a truth and no observations: its faults are injected into a live cluster'
    return { scenarios: [], left: truths.sort().map((id) => ({ id, because })) }
  }
  const scenarios = readScenarios(folder, options)
  if (scenarios.length === 0) throw new MendkitError('invalid', message`${folder} holds no scenario`)
  return { scenarios, left: [] }
}
