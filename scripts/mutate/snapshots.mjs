/** Finds the files of snapshots where modules are loaded again: the test file is that of the mutant there. */
import { resolve } from 'node:path';
import { VitestSnapshotEnvironment } from 'vitest/runtime';

class Snapshots extends VitestSnapshotEnvironment {
  async resolveRawPath(testPath, rawPath) {
    return super.resolveRawPath(resolve(globalThis.__mutation.file ?? testPath), rawPath);
  }
}

export default new Snapshots();
