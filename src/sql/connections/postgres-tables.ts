import type { FoundTable } from '../databases.js'
import { collectTables } from './found-tables.js'
import type { PostgresClient } from './postgres-client.js'

const columnsOf = (where: string) => `
select c.relname, case when c.relkind in ('v', 'f') then 'view' else 'table' end,
  a.attname, format_type(a.atttypid, a.atttypmod), case when a.atttypid in (20, 21, 23) then 'yes' end
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${where}
order by c.relname, a.attnum`

const indexesOf = (where: string) => `
select c.relname, i.indexrelid::text, a.attname, case when i.indisunique then 'yes' end
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
where i.indisvalid and i.indpred is null and ${where}
order by c.relname, i.indexrelid, k.place`

/** Tables, views and materialized views of a schema; without one, those on the search path, as a bare name finds them. */
export async function readPostgresTables(
  client: PostgresClient,
  namespace: string | null,
): Promise<ReadonlyMap<string, FoundTable>> {
  const where =
    namespace === null
      ? "pg_catalog.pg_table_is_visible(c.oid) and c.relnamespace <> 'pg_catalog'::regnamespace"
      : 'c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = $1)'
  const parameters = namespace === null ? [] : [namespace]
  const columns = await client.query(columnsOf(where), parameters)
  return collectTables(columns, await client.query(indexesOf(where), parameters))
}
