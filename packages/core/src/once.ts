/**
 * What `make` gives, made when it is first asked for. For schemas: building them is most of what loading core costs, and a
 * host that starts needs few of them.
 */
export function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made ??= make())
}
