import { expect, expectTypeOf, it } from 'vitest';
import { lintBatch } from '../../../src/issue/gate/linted-batch.ts';
import type { Writer } from '../../../src/issue/write/writer.ts';
import { judgeAlone } from '../../../src/lint/judge.ts';
import type { Batch } from '../../../src/results/issue/batch.ts';
import { pkiOf } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';

type Written = Parameters<Writer['write']>[0];

it('the writer takes what the gate yields, and no plain batch', () => {
  expectTypeOf(lintBatch).returns.toExtend<Written>();
  expectTypeOf<Batch>().not.toExtend<Written>();
  expectTypeOf<{ units: []; modes: [] }>().not.toExtend<Written>();
});

it('the gate opens where lint finds no new error', async () => {
  const batch: Batch = { units: [], modes: [] };
  const well = judgeAlone(await pkiOf(buildNode()), () => undefined);
  const broken = buildNode();
  broken.replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'somebody');
  const ill = judgeAlone(await pkiOf(broken), () => undefined);
  expect(lintBatch(batch, well, well)).toMatchObject(batch);
  expect(lintBatch(batch, ill, ill)).toMatchObject(batch);
  expect(() => lintBatch(batch, well, ill)).toThrow('nothing was written, because it would leave an error: ');
});
