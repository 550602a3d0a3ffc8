/** The look of pages, in light and dark; pictures keep their white ground. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1f2937; --muted: #5b6472; --line: #d9dee5; --ground: #ffffff; --row: #f5f7fa }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ee; --muted: #a3adba; --line: #3a424d; --ground: #14181d; --row: #1c2229 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, 'DejaVu Sans', sans-serif }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.7rem; margin: 0 0 .5rem }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
.small { color: var(--muted); font-size: .85rem; overflow-wrap: anywhere }
.scroll { overflow-x: auto; margin: 0 0 1.2rem }
.scroll:focus-visible { outline: 2px solid #2f6fb3; outline-offset: 2px }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--muted); padding: .2rem 0 .4rem }
th, td { padding: .25rem .8rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
th[scope=row] { text-align: left; font-weight: normal }
thead th { font-weight: 600 }
tbody tr:nth-child(odd) { background: var(--row) }
.card { background: #ffffff; border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto }
.card img { display: block; max-width: 100%; height: auto }
@media print { .scroll, .card { overflow: visible } section { break-inside: avoid } }
`
