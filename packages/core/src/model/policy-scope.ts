/**
 * Plans that a policy has a say in: those with an action that meets everything that is given here, one field at least. No list
 * is empty.
 */
export interface PolicyScope {
  /** The action has one of these types. */
  readonly actionTypes?: readonly string[]
  /** The action touches one of these namespaces, by target or blast radius, or the object that is the namespace. */
  readonly namespaces?: readonly string[]
  /** Its target is of one of these kinds, such as `Deployment`. */
  readonly kinds?: readonly string[]
  /** Its target has each of these labels, with one of the values. */
  readonly labels?: Readonly<Record<string, readonly string[]>>
}
