/** Rows of one page. */
export const pageSize = 1_000

/** Reads page after page, at most `most` rows. */
export async function readPages<Row extends { readonly id: string }>(
  page: (after: string | undefined) => Promise<readonly Row[]>,
  most: number,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  let after: string | undefined
  while (rows.length < most) {
    const found = await page(after)
    rows.push(...found)
    after = found.at(-1)?.id
    if (found.length < pageSize) break
  }
  return rows.slice(0, most)
}
