import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { json } from '../../src/core/json.ts';
import type { Report } from '../../src/results/report.ts';
import { broken, connected, healthy } from './fixtures.ts';

const schema = JSON.parse(readFileSync(new URL('../../rules/schema/report.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

async function written(report: Report): Promise<unknown> {
  return JSON.parse(json(report));
}

describe('the JSON report', () => {
  it.each([
    ['healthy', healthy],
    ['broken', broken],
    ['connected', connected],
  ])('of a %s node is the report, and fits its schema', async (_name, report) => {
    const value = await written(report);
    expect(value).toEqual(report);
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    ['an unknown field', { more: 1 }],
    ['a date that is none', { at: 'today' }],
    ['an unknown severity', { findings: [{ ...broken.findings[0], severity: 'fatal' }] }],
    ['a fingerprint that is too short', { findings: [{ ...broken.findings[0], fingerprint: '0' }] }],
    ['a missing reason', { skipped: [{ rule: 'cert/issuer', subject: 'x', node: 'y' }] }],
  ])('does not fit its schema with %s', (_name, change) => {
    expect(validate({ ...broken, ...change })).toBe(false);
  });

  it('describes every property in its schema', () => {
    const bare: string[] = [];
    const walk = (value: unknown, at: string): void => {
      if (value === null || typeof value !== 'object') return;
      for (const [key, inner] of Object.entries(value)) {
        walk(inner, `${at}/${key}`);
        if (!at.endsWith('/properties')) continue;
        const resolved = typeof inner.$ref === 'string' ? schema.$defs[inner.$ref.split('/').pop()] : inner;
        if (typeof (inner.description ?? resolved.description) !== 'string') bare.push(`${at}/${key}`);
      }
    };
    walk(schema, '');
    expect(bare).toEqual([]);
  });

  it('holds nothing that a terminal obeys, and loses nothing', async () => {
    const name = '\x1b]0;\x9b2J\u202e\u2066\u200b\u2028\ufeff\x7f';
    const report = { ...healthy, targetVersion: name };
    const text = json(report);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(JSON.parse(text).targetVersion).toBe(name);
  });

  it('ends with one line feed', async () => {
    expect(json(healthy).endsWith('}\n')).toBe(true);
  });
});
