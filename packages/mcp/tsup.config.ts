import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  dts: true,
  // Some built-in modules, such as node:sqlite, have no name without the prefix.
  removeNodeProtocol: false,
  sourcemap: true,
  clean: true,
})
