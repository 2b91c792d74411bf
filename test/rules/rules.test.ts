import { describe, expect, it } from 'vitest';
import { validateRules } from '../../scripts/validate-rules.mjs';
import { checks } from '../../src/checks/index.ts';
import { citations, remedyRows, rules } from '../../src/tables/catalog.ts';
import { knownFlags } from '../../src/tables/flags.ts';
import {
  argumentRows,
  authorityRows,
  certificateRows,
  connectionRows,
  keyPairRows,
  kubeconfigRows,
} from '../../src/tables/tables.ts';

const roles = [authorityRows, certificateRows, keyPairRows, kubeconfigRows].flatMap((rows) =>
  rows.map((row) => row.role),
);

describe('rules/', () => {
  it('obeys its schemas', () => {
    expect(validateRules()).toEqual([]);
  });

  it('names checks that exist, over what they ask, and uses every check', () => {
    const registry: Readonly<Record<string, { readonly over: string }>> = checks;
    for (const rule of rules) expect([rule.id, registry[rule.check]?.over]).toEqual([rule.id, rule.over]);
    expect(rules.map((rule) => rule.check).sort()).toEqual(Object.keys(checks).sort());
  });

  it('gives each rule an id of its own, aliases included', () => {
    const ids = rules.flatMap((rule) => [rule.id, ...rule.aliases]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('cites sources that exist, and every source', () => {
    const cited = new Set(rules.flatMap((rule) => rule.cite));
    expect([...cited].filter((key) => !Object.hasOwn(citations, key))).toEqual([]);
    const inTables = ['k8s-certs#required-cas', 'component-help', 'k8s-changelog', 'kubeadm-certs'];
    expect(Object.keys(citations).filter((key) => !cited.has(key) && !inTables.includes(key))).toEqual([]);
  });

  it('says of every error what fails in the component, or who gets in', () => {
    const silent = rules.filter(
      (rule) => rule.severity === 'error' && rule.impact !== 'privilege' && rule.fails === null,
    );
    expect(silent.map((rule) => rule.id)).toEqual([]);
  });

  it('names roles that exist', () => {
    const named = [
      ...argumentRows.flatMap((row) => row.role ?? []),
      ...certificateRows.map((row) => row.parent),
      ...connectionRows.flatMap((row) => [row.presents, row.verifiedBy, row.serves ?? [], row.trusts ?? []].flat()),
      ...remedyRows.map((row) => row.role),
    ];
    // kube-proxy's kubeconfig is not documented: kubeadm does not create one.
    expect(named.filter((role) => !roles.includes(role))).toEqual(['kube-proxy.conf']);
    expect(roles.filter((role) => !remedyRows.some((row) => row.role === role))).toEqual([]);
  });

  it('lists arguments that their components know', () => {
    const unknown = argumentRows.filter((row) => !knownFlags(row.component)?.has(row.flag));
    // Newer than every --help output that we collected.
    expect(unknown.map((row) => row.flag)).toEqual([]);
  });
});
