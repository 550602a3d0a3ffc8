import { sql, type RawBuilder } from 'kysely'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { DialectRules } from './dialects.js'
import type { CatalogNames } from './names.js'

/** What the query joins to a product as `d`, to reach its descriptions. */
export interface DescriptionLink {
  readonly from: RawBuilder<unknown>
  /** Which of its rows count. */
  readonly chosen: RawBuilder<boolean>
}

type Reading = (names: CatalogNames, rules: DialectRules, country: string) => DescriptionLink

/** The descriptions of the country. */
const usOnly: Reading = ({ description: { from, columns } }, rules, country) => ({
  from,
  chosen: rules.sameWord(rules.text(columns.country_code), country),
})

/** Every translation, whatever the country, and the country's originals that have none. */
const anyTranslation: Reading = ({ description: { from, columns } }, rules, country) => {
  const translated = rules.hasText(rules.text(columns.translated_text))
  const original = rules.hasText(rules.text(columns.original_text))
  const ofCountry = rules.sameWord(rules.text(columns.country_code), country)
  return { from, chosen: sql`(${translated} or (${ofCountry} and ${original}))` }
}

/** One text per product: a translation, the country's own first, then the lowest identifier; or the country's original. */
const single: Reading = (names, rules, country) => {
  const { from, columns, distinct } = names.description
  const translated = rules.hasText(rules.text(columns.translated_text))
  const ofCountry = rules.sameWord(rules.text(columns.country_code), country)
  const { chosen } = anyTranslation(names, rules, country)
  return {
    from: sql`(select ${sql.join(distinct)}, row_number() over (partition by ${columns.product_id}
order by case when ${translated} then 0 else 1 end, case when ${ofCountry} then 0 else 1 end, ${columns.id}) as atelier_place
from ${from} as ${sql.id('d')}
where ${chosen})`,
    chosen: sql`${sql.id('d', 'atelier_place')} = 1`,
  }
}

/** How the request for descriptions can be read. */
export const readings = {
  us_only: usOnly,
  any_translation: anyTranslation,
  single,
} satisfies Record<SqlExportConfig['reading'], Reading>
