/** The files of a copy without keys, which `pki-lint collect` makes. */

/** Their names. */
export const copyFiles = { header: 'pki-lint-copy.json', node: 'pki-lint-node.json' } as const;

/** The bytes of the larger one that are read. */
export const maxCopyBytes = 32 * 1024 * 1024;

/** Whether a path in an archive is that of a file with this name. */
export const isCalled = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`);

/** Whether a path in an archive may be one of them. */
export const isOfCopy = (path: string): boolean => Object.values(copyFiles).some((name) => isCalled(path, name));
