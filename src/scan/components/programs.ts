/** Files that programs other than the components of Kubernetes read: units of systemd name them. */
import type { ProgramFile } from '../../artifact/component.ts';
import { normalizePath } from '../../artifact/paths.ts';
import type { Files } from './node-files.ts';
import { unitCommand } from './unit.ts';
import { namesOfUnits } from './unit-files.ts';
import type { Word } from './words.ts';

/** Where administrators and installers put units. Those of packages are in other folders. */
const folders = ['/etc/systemd/system', '/run/systemd/system', '/usr/local/lib/systemd/system'];

const maxUnits = 200;

const fileNames = /\.(?:crt|cer|cert|pem|key|conf|kubeconfig|config)$|\/kubeconfig$/;

/**
 * Returns the files with certificates, keys and kubeconfigs that the services of a node name, in an argument or a
 * variable.
 *
 * @param own the names of units that start components: of these, only variables for other programs count, such as
 * `ETCDCTL_CERT`
 */
export function filesOfPrograms(files: Files, own: readonly string[]): readonly ProgramFile[] {
  return [...new Set([...own, ...namesOfUnits(files, folders)])].slice(0, maxUnits).flatMap((program) => {
    const started = unitCommand(files, program);
    if (started === undefined) return [];
    const isOwn = own.includes(program);
    const variables = [...started.environment.variables]
      .filter(([name]) => !(isOwn && name.startsWith('ETCD_')))
      .map(([name, value = '']): Word => ({ text: `${name}=${value}`, at: started.at }));
    const words = [...(isOwn ? [] : started.words.slice(1)), ...variables];
    return words.flatMap((word, index) => fileOf(word, words[index - 1]) ?? []).map((one) => ({ program, ...one }));
  });
}

/** The file that a word names: `--flag=PATH`, `VARIABLE=PATH`, or PATH after a flag. */
function fileOf({ text, at }: Word, before: Word | undefined): Omit<ProgramFile, 'program'> | undefined {
  const [, spelled = before?.text ?? '', path] = /^(?:([^=/]+)=)?(\/[^,:]+)$/.exec(text) ?? [];
  return path !== undefined && fileNames.test(path) ? { spelled, path: normalizePath(path), at } : undefined;
}
