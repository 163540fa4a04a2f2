import { diagnose } from './diagnose.ts'
import { providers } from './providers.ts'
import { standIn } from './stand-in.ts'

for (const { name, speaks, model } of providers) {
  const server = await standIn(speaks)
  console.log(`# ${name}\n\n${await diagnose(model(server.url))}\n`)
  await server.close()
}
