/** What a page knows about a row of the documented tables: what is expected there, and what was found. */
import type { ChecklistRow } from '../../results/checklist.ts';
import type { Expectation } from '../../results/expectation.ts';
import type { Finding } from '../../results/finding.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import type { Page } from './page.ts';

/** Returns the key of a row among expectations. */
export const rowKey = ({ node, role }: Pick<ChecklistRow, 'node' | 'role'>): string => `${node}\0${role}`;

/** A file has one certificate, whatever role it plays in the end; a kubeconfig has one with its role, and a CA. */
const placeKey = ({ node, role, path }: ChecklistRow | InventoryItem, isWhole: boolean): string =>
  `${node}\0${path}\0${isWhole ? '' : role}`;

/** What is known about the rows of all nodes. */
export interface RowsKnown {
  readonly expected: ReadonlyMap<string, Expectation>;
  readonly findings: ReadonlyMap<string, Finding>;
  /** The first certificate of each file, and of each role in a kubeconfig. */
  readonly certificates: ReadonlyMap<string, InventoryItem>;
  readonly page: Page;
}

/** Collects it. */
export function rowsKnown(page: Page): RowsKnown {
  const { report, picture } = page;
  return {
    expected: new Map(picture.expectations.map((one) => [rowKey(one), one])),
    findings: new Map(report.findings.map((one) => [one.fingerprint, one])),
    certificates: new Map(
      report.inventory.flatMap((one) =>
        one.index === 0 && (one.kind === 'certificate' || one.kind === 'authority')
          ? [[placeKey(one, one.entry === null), one]]
          : [],
      ),
    ),
    page,
  };
}

const loopback: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** What a certificate names otherwise than the tables expect. */
export interface OtherName {
  readonly label: string;
  readonly expected: string;
  readonly found: string;
}

/** Returns what a certificate names otherwise. Not all of it is wrong: some is accepted. */
export function otherNames(row: ChecklistRow, known: RowsKnown): readonly OtherName[] {
  const expected = known.expected.get(rowKey(row));
  const found = foundFor(row, known);
  if (expected === undefined || found === undefined) return [];
  const { commonName, organizations, sans, unknown } = expected;
  const attribute = (label: 'CN' | 'O', values: readonly string[]): OtherName => {
    const own = found.subjectAttributes.flatMap(({ type, value }) => (type === label ? [value] : []));
    const isSame = own.length === values.length && own.every((value) => values.includes(value));
    return { label, expected: values.join(', ') || 'none', found: isSame ? '' : own.join(', ') || 'none' };
  };
  const valuesIn = (all: readonly { readonly value: string }[]) => all.map(({ value }) => value.toLowerCase());
  const [needed, own] = [valuesIn(sans), valuesIn(found.sans)];
  const without = (all: readonly string[], others: readonly string[]) => all.filter((value) => !others.includes(value));
  const missing = without(needed, own).join(', ');
  // Clients need no names, and kubeadm writes all that a node has for itself.
  const further = sans.length === 0 || unknown.length > 0 ? [] : without(own, [...needed, ...loopback]);
  const all: readonly OtherName[] = [
    ...(commonName === null ? [] : [attribute('CN', [commonName])]),
    attribute('O', organizations),
    { label: 'names', expected: missing, found: missing === '' ? '' : 'missing' },
    { label: 'further names', expected: '', found: further.join(', ') },
  ];
  return all.filter((one) => one.found !== '');
}

function foundFor(row: ChecklistRow, { certificates }: RowsKnown): InventoryItem | undefined {
  return certificates.get(placeKey(row, true)) ?? certificates.get(placeKey(row, false));
}
