/**
 * Runs before each file of tests: these share modules, where an `afterAll` would only follow the first that imports
 * them.
 */
import { afterAll } from 'vitest';
import { removeFolders } from './removed-folder.ts';

afterAll(removeFolders, 60_000);
