/** `npm run fuzz`: see test/fuzz/main.ts. Bundles the tests' sources and runs them in this process. */
import { importTests } from './bundle-tests.mjs';

const [{ main }] = await importTests('test/fuzz/main.ts');
process.exitCode = await main(process.argv.slice(2));
