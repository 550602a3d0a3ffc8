import type { FoundTable, TextRow } from '../databases.js'
import { collectTables } from './found-tables.js'

/** Only a table's own integer key and the columns of STRICT tables are sure to hold whole numbers. */
const columnsOf = `
select l.name, case l.type when 'view' then 'view' else 'table' end, c.name, c.type,
  case when l.strict and upper(c.type) in ('INT', 'INTEGER') then 'yes'
    when not l.wr and upper(c.type) = 'INTEGER' and c.pk = 1
      and (select max(k.pk) from pragma_table_info(l.name, l.schema) k) = 1 then 'yes' end
from pragma_table_list l join pragma_table_xinfo(l.name, l.schema) c
where l.schema = ? and substr(l.name, 1, 7) <> 'sqlite_'
order by l.name, c.cid`

/** The integer key stands in no list of indexes, yet serves as one. Only cross joins keep the order that pragmas need. */
const indexesOf = `
select l.name, '', c.name, 'yes'
from pragma_table_list l join pragma_table_info(l.name, l.schema) c
where l.schema = ? and not l.wr and c.pk = 1 and upper(c.type) = 'INTEGER'
  and (select max(k.pk) from pragma_table_info(l.name, l.schema) k) = 1
union all
select * from (
  select l.name, i.name, c.name, case when i."unique" then 'yes' end
  from pragma_table_list l cross join pragma_index_list(l.name, l.schema) i
  cross join pragma_index_info(i.name, l.schema) c
  where l.schema = ? and not i.partial order by l.name, i.name, c.seqno)`

/** Tables and views of an SQLite file. */
export function readSqliteTables(
  rows: (sql: string, parameters: readonly unknown[]) => readonly TextRow[],
  namespace: string,
): ReadonlyMap<string, FoundTable> {
  return collectTables(rows(columnsOf, [namespace]), rows(indexesOf, [namespace, namespace]))
}
