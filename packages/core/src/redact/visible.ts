/** What a reader does not see or a model reads otherwise than a person: controls, directions, joiners, tags, selectors. */
const unseen = /[^\P{C}\t\n]|[\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\p{Zl}\p{Zp}\u2800]/u
const everyUnseen = new RegExp(unseen.source, 'gu')

/**
 * Text without characters that carry words past a reader: control, bidirectional, zero-width, tag, private use and
 * unassigned characters, variation selectors and fillers. Line feeds and tabs stay.
 */
export function visible(text: string): string {
  return unseen.test(text) ? text.replaceAll(everyUnseen, '') : text
}
