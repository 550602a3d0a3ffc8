import { fileURLToPath } from 'node:url'

/**
 * The directory of the installed package, which holds `package.json`, `configs` and `assets`. The sources and every file
 * of the build lie two levels below it (`src/core`, `dist/program`), so one relative path serves them all.
 */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url))
