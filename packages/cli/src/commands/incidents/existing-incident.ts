import { type Incident, type Mendkit, MendkitError, type Principal } from '@mendkit/core'

/** The incident of this id. Throws `not-found` where the tenant has none. */
export async function existingIncident({ incidents }: Mendkit, id: string, by: Principal): Promise<Incident> {
  const incident = await incidents.get(id)
  if (incident !== undefined) return incident
  const text = `there is no incident ${id} in tenant ${by.tenant}; \`mendkit incidents list\` shows those that there are`
  throw new MendkitError('not-found', text)
}
