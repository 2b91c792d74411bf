import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { json } from '../../src/core/json.ts';
import type { IssueOptions, IssueReport } from '../../src/index.ts';
import { signAll } from './support/another-ca.ts';
import { cp1, emptyFolder, issueIn, write } from './support/folders.ts';

const schema = JSON.parse(readFileSync(new URL('../../rules/schema/issue.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };

/** A complete node, and the result of a second run there. */
async function after(options: IssueOptions, prepare: (folder: string) => void = () => undefined): Promise<IssueReport> {
  const folder = emptyFolder();
  await write(folder, { facts });
  prepare(folder);
  return issueIn(folder, { facts, ...options });
}

async function imported(): Promise<IssueReport> {
  const [folder, csr] = [emptyFolder(), emptyFolder()];
  await write(folder, { facts, csr });
  signAll(csr);
  return issueIn(folder, { facts, import: csr });
}

const reports: readonly (readonly [string, () => Promise<IssueReport>, Partial<IssueReport>])[] = [
  ['a plan', () => issueIn(emptyFolder(), { facts: cp1 }), { exitCode: 1, result: null, failure: null }],
  ['a node that needs nothing', () => after({}), { exitCode: 0, result: null }],
  ['what was written', () => write(emptyFolder(), { facts: cp1 }), { exitCode: 0, failure: null }],
  ['a root', () => issueIn(emptyFolder(), { facts: cp1, rootCa: true, rootDir: emptyFolder() }), { exitCode: 1 }],
  ['requests', () => issueIn(emptyFolder(), { facts: cp1, csr: emptyFolder() }), { exitCode: 1 }],
  ['an import', imported, { exitCode: 1 }],
  ['a replacement', () => after({ replace: ['kubernetes-ca'], yes: true, write: true }), { exitCode: 0 }],
  ['a refusal', () => after({ replace: ['kubernetes-ca'], write: true }), { exitCode: 2, result: null }],
  [
    'a mode',
    () =>
      after({ fixModes: true }, (folder) => {
        // In a folder without permission to enter, files cannot be seen.
        chmodSync(folder, 0o755);
        chmodSync(join(folder, 'pki/ca.key'), 0o644);
      }),
    { exitCode: 1 },
  ],
];

describe('the JSON of issuing', () => {
  it.each(reports)('of %s is the report, and fits its schema', async (_name, make, wanted) => {
    const report = await make();
    expect(report).toMatchObject(wanted);
    const value = JSON.parse(json(report));
    expect(value).toEqual(report);
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    ['an unknown field', { more: 1 }],
    ['an exit code of linting', { exitCode: 3 }],
    ['a failure without a reason', { failure: { hint: null } }],
    ['a date that is none', { at: 'today' }],
  ])('does not fit its schema with %s', async (_name, change) => {
    expect(validate({ ...(await issueIn(emptyFolder(), { facts: cp1 })), ...change })).toBe(false);
  });

  it('does not fit its schema with the bytes of a file', async () => {
    const report = await issueIn(emptyFolder(), { facts: cp1 });
    const actions = report.plan.actions.map((action) => ({ ...action, bytes: 'secret' }));
    expect(validate({ ...report, plan: { ...report.plan, actions } })).toBe(false);
  });
});
