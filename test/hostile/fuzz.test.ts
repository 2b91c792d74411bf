import { describe, expect, it } from 'vitest';
import { buildNode } from '../support/build-node.ts';
import { sampled, spreadInAll } from '../support/extent.ts';
import { seededRandom } from '../support/random.ts';
import { detector, keysOf } from '../support/secrets.ts';
import { mutations } from './support/mutations.ts';
import { lintStream, shown } from './support/shown.ts';

/** One file of each kind; the same code reads the others. */
const files = [
  'pki/ca.crt',
  'pki/apiserver.crt',
  'pki/apiserver.key',
  'pki/sa.key',
  'pki/sa.pub',
  'pki/etcd/server.crt',
  'admin.conf',
  'manifests/kube-apiserver.yaml',
  'manifests/etcd.yaml',
  '/var/lib/kubelet/config.yaml',
  '/var/lib/kubelet/kubeadm-flags.env',
];

/** In milliseconds of CPU. A healthy node takes about 50. */
const longest = 5000;

const numbered = mutations.map((mutation, index) => ({ ...mutation, index }));

describe.each(spreadInAll(numbered, 18))('a file: $name', ({ spoil, index }) => {
  it('is judged, in time, and gives no key away', async () => {
    const random = seededRandom(index + 1);
    // The sample is chosen by the seed.
    for (const file of [...files].sort(() => random() - 0.5).slice(0, sampled(1, files.length))) {
      const node = buildNode();
      const hasKey = detector(keysOf(node));
      node.write(file, spoil(node.bytes(file), random));
      const start = process.cpuUsage();
      const report = await lintStream(node);
      const text = await shown(report);
      expect.soft(process.cpuUsage(start).user / 1000, file).toBeLessThan(longest);
      expect(report.failures, file).toEqual([]);
      expect([0, 1], file).toContain(report.exitCode);
      expect(hasKey(text)).toBe(false);
      // All formats together, which may list 30,000 arguments.
      expect(text.length).toBeLessThan(10_000_000);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
