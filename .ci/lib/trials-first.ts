import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Trials run for minutes each, so they begin first and the short tests fill what is left. By itself vitest begins with what
 * took longest the last time, and in a fresh clone with the largest file, where the shortest files are the longest trials.
 */
export class TrialsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isTrial = ({ project }: TestSpecification) => project.name === 'trials'
    return [...sorted.filter(isTrial), ...sorted.filter((file) => !isTrial(file))]
  }
}
