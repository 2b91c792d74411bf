/** Writes docs/rules.md, what `pki-lint explain` says about every rule. */
import { writeFileSync } from 'node:fs';
import { ruleDocs } from '../dist/index.js';
import { rulesPage } from './rules-page.mjs';

writeFileSync(new URL('../docs/rules.md', import.meta.url), rulesPage(ruleDocs));
