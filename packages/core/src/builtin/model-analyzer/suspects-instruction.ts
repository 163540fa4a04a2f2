const orders =
  /ignore (?:all |any )?(?:previous|prior|above)|system prompt|you (?:are|must) now|disregard (?:the|all|your)|<\|im_start|\[system\]|as an ai|new instructions/i

/** Whether a text speaks to a model rather than about a system. */
export function suspectsInstruction(text: string): boolean {
  return orders.test(text)
}
