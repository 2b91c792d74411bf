/** Very many nodes, without the time that it takes to lint them. */
import type { Report } from '../../../src/index.ts';

/** A report of copies of a node, of which the first `bad` have its findings; 100 of these are in the picture. */
export function copies(report: Report, all: number, bad: number): Report {
  const each = <Value>(values: readonly Value[], most: number): readonly Value[] =>
    Array.from({ length: most }, (_, index) => index + 1).flatMap(
      (number) =>
        JSON.parse(
          JSON.stringify(values)
            .replaceAll('cp-1', `node-${number}`)
            .replaceAll(/"fingerprint":"[0-9a-f]{8}/g, `"fingerprint":"${number.toString(16).padStart(8, '0')}`)
            .replaceAll(/"cause":"[0-9a-f]{8}/g, `"cause":"${number.toString(16).padStart(8, '0')}`)
            .replaceAll(/(?<="findings":\[")[0-9a-f]{8}/g, number.toString(16).padStart(8, '0')),
        ) as Value[],
    );
  const { picture: one, findings, checklist, inventory, connections, nodes } = report;
  if (one === undefined) throw new Error('no picture');
  const drawn = 100;
  return {
    ...report,
    nodes: each(nodes, all),
    findings: each(findings, bad),
    checklist: each(checklist, all),
    inventory: each(inventory, all),
    connections: each(connections, all),
    picture: {
      ...one,
      nodes: each(one.nodes, drawn),
      expiries: each(one.expiries, drawn),
      expectations: each(one.expectations, drawn),
      nextStops: [],
      radii: [],
    },
  };
}
