import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileMirror } from '@mendkit/core'
import { holdsTo, mirrorSinkContract } from '@mendkit/testkit'
import { test } from 'vitest'

const local = 'a file answers at once, or cannot be written: nobody is asked'

holdsTo(
  test,
  'fileMirror',
  mirrorSinkContract,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mendkit-mirror-'))
    const file = join(folder, 'audit.jsonl')
    return {
      sink: fileMirror(file),
      received: async (tenant: string) =>
        readFileSync(file, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as { metadata: { tenant_uid: string; sequence: number } })
          .filter(({ metadata }) => metadata.tenant_uid === tenant)
          .map(({ metadata }) => metadata.sequence),
      unreachable: fileMirror(join(folder, 'none', 'audit.jsonl')),
      [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
    }
  },
  {
    'throws rejected when the receiver refuses for good': local,
    'throws unavailable with the wait that the receiver asked for': local,
    'rejects with the abort reason itself when the caller aborts': local,
    'never shows its secret in an error': 'a file has no secret',
  },
)
