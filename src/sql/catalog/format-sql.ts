const clauses = /^(from|left join|inner join|where|order by)\b/

/** Quoted texts and names, the first words of a clause, parentheses, commas, and the rest in between. */
const tokens =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\b(?:from|left join|inner join|where|order by|select)\b|[(),]|\s+|[^\s'"`(),]+/g

/** SQL for people: a clause a line, a column a line, subqueries indented. Only white space between tokens changes. */
export function formatSql(sql: string): string {
  // For every open parenthesis, whether a subquery stands in it.
  const open: boolean[] = []
  const depth = () => open.filter(Boolean).length
  const line = (extra = 0) => `\n${'  '.repeat(depth() + extra)}`
  const isQueryLevel = () => open.at(-1) !== false
  let text = ''
  let isListing = false
  for (const [token] of sql.matchAll(tokens)) {
    if (/^\s+$/.test(token)) {
      if (!/\s$|\($/.test(text)) text += ' '
    } else if (token === '(') {
      open.push(false)
      text += token
    } else if (token === ')') {
      if (open.pop() === true) text = `${text.trimEnd()}${line()}`
      text += token
    } else if (token === 'select') {
      if (open.length > 0) open[open.length - 1] = true
      text += open.length > 0 ? `${line()}select${line(1)}` : `select${line(1)}`
      isListing = true
    } else if (clauses.test(token) && isQueryLevel()) {
      text = `${text.trimEnd()}${line()}${token}`
      isListing = false
    } else if (token === ',' && isListing && isQueryLevel()) {
      text += `,${line(1)}`
    } else {
      text += token
    }
  }
  return text
}
