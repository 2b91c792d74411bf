/**
 * Measures how the cost of judging a dump of objects grows: 25,000 objects in 100 MB are compared with 50,000 in 200
 * MB, most of them Pods and Secrets, as `kubectl get … -o yaml` prints them. Exits with 1 if a limit is exceeded.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuTime, peakMemory } from './cpu-time.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pki-lint-objects-'));
const program = [process.execPath, join(root, 'dist/cli.cjs')];
const lintOf = (file) => [...program, file, '--at', '2026-12-01', '--format', 'json', '--fail-on', 'never'];

const metadata = (name) => `  metadata:
    name: ${name}
    namespace: shop
    creationTimestamp: "2026-11-28T17:00:00Z"
    uid: b1916ead-2e57-4aa7-9740-d8244fb89724
`;

const environment = Array.from(
  { length: 60 },
  (_, index) => `      - name: SETTING_${index}\n        value: "${index}"\n`,
);
const pod = (number) => `- apiVersion: v1
  kind: Pod
${metadata(`pod-${number}`)}  spec:
    containers:
    - name: main
      image: example.test/main:1
      env:
${environment.join('')}  status:
    phase: Running
    message: ${'x'.repeat(2000)}
`;
const text = Buffer.from('not a certificate, and not secret '.repeat(90)).toString('base64');
const secret = (number) => `- apiVersion: v1
  kind: Secret
${metadata(`secret-${number}`)}  type: Opaque
  data:
    content: ${text}
`;

/** Writes a dump with a number of objects of about 4 kB. */
function dumpOf(count) {
  const path = join(folder, `${count}.yaml`);
  const file = openSync(path, 'w');
  writeSync(file, 'apiVersion: v1\nitems:\n');
  for (let number = 0; number < count; number += 1) writeSync(file, number % 2 === 0 ? pod(number) : secret(number));
  writeSync(file, 'kind: List\nmetadata:\n  resourceVersion: ""\n');
  closeSync(file);
  return path;
}

function report(what, value, limit, unit = '') {
  const verdict = value > limit ? 'ABOVE' : 'within';
  console.log(`${value.toFixed(1).padStart(6)}${unit}  ${what}  (${verdict} the limit of ${limit}${unit})`);
  if (value > limit) process.exitCode = 1;
}

try {
  console.log(`Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}; CPU time`);
  const [half, whole] = [dumpOf(25_000), dumpOf(50_000)].map(lintOf);
  const [some, all] = [cpuTime(half), cpuTime(whole)];
  report('50,000 objects', all / 1000, 90, ' s');
  report('50,000 objects / 25,000 objects', all / some, 2.2);
  report('peak memory with 50,000 objects', peakMemory(whole), 512, ' MB');
} finally {
  rmSync(folder, { recursive: true });
}
