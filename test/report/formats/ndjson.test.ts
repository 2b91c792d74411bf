import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { ndjson } from '../../../src/report/formats/ndjson.ts';
import type { ExcusedLine, FindingLine, Line } from '../../../src/results/ndjson.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, healthy } from '../fixtures.ts';
import { hostile, hostileTexts, several } from './reports.ts';

const schema = JSON.parse(readFileSync(new URL('../../../rules/schema/ndjson.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(schema);
const validate = ajv.compile({ $ref: schema.$id });

const nameOf = (type: string) => `${type[0]?.toUpperCase()}${type.slice(1)}Line`;
const ofType = (type: string) => ajv.getSchema(`${schema.$id}#/$defs/${nameOf(type)}`) as typeof validate;

const read = (report: Report) =>
  ndjson(report, {})
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const findingsOf = (lines: readonly Line[]) =>
  lines.filter((line): line is FindingLine | ExcusedLine => line.type === 'finding' || line.type === 'excused');

describe('NDJSON', () => {
  it.each([
    ['findings', several],
    ['failures', broken],
    ['hostile names', hostile],
    ['nothing', healthy],
    ['no node', { ...healthy, nodes: [], inventory: [], checklist: [], exitCode: 3 }],
  ] satisfies [string, Report][])('has lines of the documented types, with %s', (_name, report) => {
    for (const line of read(report)) {
      const check = ofType(line.type);
      expect(check(line), JSON.stringify(check.errors)).toBe(true);
      expect(validate(line)).toBe(true);
    }
  });

  it.each([
    ['an unknown type', { type: 'else' }],
    ['an unknown field', { more: 1 }],
    ['another type', { type: 'summary' }],
    ['a date that is none', { at: 'today' }],
  ])('is not valid with %s', (_name, change) => {
    for (const line of read(several).slice(0, -1)) expect(validate({ ...line, ...change })).toBe(false);
  });

  it('begins each line with the type, the time, the node and the version', () => {
    for (const line of ndjson(hostile, {}).trimEnd().split('\n')) {
      expect(line).toMatch(
        /^\{"type":"[a-z]+","at":"2026-12-01T00:00:00Z","node":(?:null|"[\w-]+"),"version":"0\.1\.0",/,
      );
    }
  });

  it('has everything that the report has', () => {
    const lines = read(several);
    const counts = Object.fromEntries(
      ['run', 'node', 'certificate', 'connection', 'finding', 'excused', 'summary'].map((type) => [
        type,
        lines.filter((line) => line.type === type).length,
      ]),
    );
    expect(counts).toEqual({ run: 1, node: 2, certificate: 1, connection: 5, finding: 12, excused: 1, summary: 1 });
    expect(lines.length).toBe(23);
    expect(lines[0]).toMatchObject({ type: 'run', node: null, failOn: 'error', nodes: 2 });
    expect(lines.at(-1)).toMatchObject({ type: 'summary', exitCode: 1, errors: 1 });
    expect(lines.find(({ type }) => type === 'excused')).toMatchObject({
      rule: 'cert/expiry',
      by: 'pki-lint.config.yaml',
      reason: 'renewed on Monday',
      until: '2027-03-31',
    });
    expect(findingsOf(lines).find(({ rule }) => rule === 'cert/issuer')).toMatchObject({
      faults: 2,
      members: [{ subject: 'kube-etcd-peer' }, { subject: 'kube-apiserver' }],
      file: 'cp-1/etc/kubernetes/pki/etcd/server.crt',
      fix: [
        'mv /etc/kubernetes/pki/etcd/server.{crt,key} /root/ &&',
        'kubeadm init phase certs etcd-server',
        '# etcd picks up the new files at the next handshake, no restart',
      ],
    });
  });

  it('leaves out what depends on where the copy is, and lines of files', () => {
    const text = ndjson({ ...several, nodes: several.nodes.map((node) => ({ ...node, rootfs: 'typed/here' })) }, {});
    expect(text).not.toContain('typed/here');
    expect(text).not.toMatch(/"(?:rootfs|source|copy)":(?!"\/(?:var|etc))/);
  });

  it('keeps hostile texts as they are; lone surrogates become visible', () => {
    const found = findingsOf(read(hostile)).map((line) => line.subject);
    const visible = (text: string) => text.replace(/\p{Cs}/gu, (one) => `\\u${one.charCodeAt(0).toString(16)}`);
    expect(found).toEqual(hostileTexts.map(visible));
    const text = ndjson(hostile, {});
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
  });

  it('holds no private key', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----`;
    const text = ndjson({ ...several, findings: several.findings.map((one) => ({ ...one, why: key })) }, {});
    expect(text).toContain('(embedded data)');
    expect(text).not.toContain('AAAAAAAA');
  });
});
