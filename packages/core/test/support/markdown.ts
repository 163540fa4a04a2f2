import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'

type Root = ReturnType<typeof fromMarkdown>
type Nodes = Root | Root['children'][number]

/** Reads GitHub-flavoured Markdown the way a viewer does, with bare addresses turned into links. */
export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
}

/** Types of all nodes of a tree, each once. */
export function nodeTypes(node: Nodes): Set<string> {
  const types = new Set([node.type as string])
  for (const child of 'children' in node ? node.children : []) for (const type of nodeTypes(child)) types.add(type)
  return types
}

/** The text of a tree, as a reader sees it. */
export function textOf(node: Nodes): string {
  if ('value' in node) return node.value
  return ('children' in node ? node.children : []).map(textOf).join('')
}
