/** Whether kube-apiserver accepts a server by a caBundle: Go's verdict, and ours. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { errorOfServing } from '../../src/model/objects/trust.ts';
import { loadGoPool, loadLeafChain } from '../../src/x509/load.ts';
import { readPem } from '../../src/x509/pem.ts';
import { at } from '../cases/harness.ts';
import { objectCases } from '../objects/cases.ts';
import { root } from '../repository/files.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { type Answer, askGo } from '../x509/support/ask-go.ts';
import { go124 } from '../x509/support/path-validation.ts';
import { type DialQuestion, randomDial } from './support/dial-pairs.ts';
import { temporaryFolder } from './support/programs.ts';

const askDial = (questions: readonly DialQuestion[]): Answer[] =>
  askGo(
    questions.map(({ bundle, served, ...rest }) => {
      const body = { ...rest, bundle: bundle.toString('base64'), served: served.toString('base64') };
      return ['D', Buffer.from(JSON.stringify(body))];
    }),
  );

/** Our verdict in the form of Go's answers. */
function ours({ bundle, served, host, at: moment }: DialQuestion): Answer {
  const pool = loadGoPool(readPem(bundle, go124));
  if (!pool.ok) return { bundle: pool.error };
  const chain = loadLeafChain(readPem(served, go124));
  if (!chain.ok) return { served: chain.error.startsWith('tls: failed to find') ? 'no certificate' : chain.error };
  const error = errorOfServing(chain.value, pool.value, host, { at: moment, strictness: go124 });
  return error === undefined ? {} : { dial: error };
}

/** A kind of answer, without what differs between certificates. */
function kindOf(answer: Answer | undefined): string {
  const [[part, words = ''] = ['accepted', '']] = Object.entries(answer ?? {});
  return `${part}: ${String(words).replace(/ ?[("].*| current time .*| for .*|\d+ chains.*|valid for.*/s, '')}`;
}

/** Asks Go, and returns what it answers otherwise than we do, and the kinds of its answers. */
function compared(questions: readonly DialQuestion[], nameOf: (index: number) => string) {
  const kinds = new Map<string, number>();
  const wrong = askDial(questions).flatMap((go, index) => {
    kinds.set(kindOf(go), (kinds.get(kindOf(go)) ?? 0) + 1);
    const our = ours(questions[index] as DialQuestion);
    return JSON.stringify(go) === JSON.stringify(our)
      ? []
      : [`${nameOf(index)}: Go ${JSON.stringify(go)}, we ${JSON.stringify(our)}`];
  });
  return { wrong, kinds };
}

type Value = { readonly [key: string]: Value | undefined } | readonly Value[] | string | null;

/** What a document has at any depth: every caBundle with the name that is dialled, and every text of PEM. */
function* foundIn(value: Value | undefined): Generator<{ readonly bundle: string; readonly host: string } | string> {
  if (typeof value === 'string') {
    if (/LS0tLS1CRUdJTi|MIIB/.test(value)) yield value;
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    const { caBundle, service } = value as { readonly caBundle?: string; readonly service?: Record<string, string> };
    if (typeof caBundle === 'string')
      yield { bundle: caBundle, host: `${service?.name ?? 'gone'}.${service?.namespace ?? 'gone'}.svc` };
  }
  for (const one of Object.values(value)) yield* foundIn(one as Value);
}

/** All pairs of one dump. */
function pairsIn(text: string): readonly DialQuestion[] {
  const found = [...foundIn(loadAll(text) as unknown as Value)];
  const served = found.filter((one) => typeof one === 'string');
  const decoded = (base64: string) => Buffer.from(base64, 'base64');
  return found.flatMap((one) =>
    typeof one === 'string'
      ? []
      : served.map((pem) => ({ bundle: decoded(one.bundle), served: decoded(pem), host: one.host, at: Number(at) })),
  );
}

describe('a caBundle and what a server sends', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  test('in the cases of rules about objects', () => {
    const questions = objectCases.flatMap(({ objects }) => {
      try {
        return pairsIn(objects);
      } catch {
        return [];
      }
    });
    const { wrong, kinds } = compared(questions, String);
    expect(wrong).toEqual([]);
    expect(questions.length).toBeGreaterThan(80);
    expect(kinds.size).toBeGreaterThan(5);
  });

  test('in the dumps of healthy clusters', () => {
    const corpora = `${root}fixtures/corpora/objects/`;
    for (const name of readdirSync(corpora)) execFileSync('tar', ['xzf', `${corpora}${name}`, '-C', folder.path]);
    const names = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
    const questions = names
      .filter((name) => /\.(?:ya?ml|json)$/.test(name))
      .flatMap((name) => {
        try {
          return pairsIn(readFileSync(join(folder.path, name), 'utf8'));
        } catch {
          // A template, or a document that is broken on purpose.
          return [];
        }
      });
    const { wrong, kinds } = compared(questions, String);
    expect(wrong).toEqual([]);
    expect(questions.length).toBeGreaterThan(50);
    expect([...kinds.keys()]).toContain('accepted: ');
  });

  test('at random', () => {
    const count = sampled(200, 5000);
    const questions = Array.from({ length: count }, (_, i) => randomDial(firstSeed + i));
    const { wrong, kinds } = compared(questions, (i) => `seed ${firstSeed + i}`);
    console.log(`${count} pairs from seed ${firstSeed}: ${wrong.length} disagreements, ${kinds.size} kinds of answers`);
    expect(wrong).toEqual([]);
    expect(kinds.get('accepted: ')).toBeGreaterThan(count / 10);
    expect(kinds.size).toBeGreaterThan(8);
  });
});
