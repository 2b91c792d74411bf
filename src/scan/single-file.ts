/** What to type instead, if a PATH is one file of a node: a certificate, a key, a kubeconfig, a configuration. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Certificate } from '../artifact/certificate.ts';
import { configOption } from '../artifact/installer-config.ts';
import { defaultLayout, type Layouts } from '../artifact/layout.ts';
import { commandOrReason, pathArgument } from '../core/command/shell.ts';
import { UserError } from '../core/errors.ts';
import { readPem } from '../x509/pem.ts';
import { findRootAbove, isFolder } from './fs/roots.ts';
import { readGivenFile } from './input-file.ts';
import { configName, readInstallerConfig } from './parse/kubeadm.ts';
import { isKubeconfig } from './parse/kubeconfig.ts';
import { isYamlError, parseYaml } from './parse/yaml.ts';
import { getString } from './parse/yaml-node.ts';

/** Each has a title and a command. */
type Advice = readonly [title: string, command: string];

interface Named {
  /** The PATH as typed. */
  readonly given: string;
  readonly file: string;
  readonly layouts: Layouts;
}

/** Returns the error for a PATH that is one file of a node; undefined for a file of which nothing is known. */
export function singleFileError(given: string, file: string, layouts: Layouts): UserError | undefined {
  const found = recognize({ given, file, layouts });
  if (found === undefined) return undefined;
  const [what, advice] = found;
  return new UserError(`${what}, not a directory or a tar archive`, advice.flat());
}

function recognize(named: Named): readonly [what: string, advice: readonly Advice[]] | undefined {
  const bytes = bytesOf(named.file);
  if (bytes === undefined) return undefined;
  const blocks = readPem(bytes).blocks;
  const certificate = blocks.find((block) => block.type === 'certificate');
  if (certificate) return ['a certificate', [verifying(certificate.certificate, named), wholeFolder(named)]];
  if (blocks.some(({ type }) => type === 'private-key' || type === 'encrypted-key')) {
    return ['a private key', [wholeFolder(named)]];
  }
  if (!('error' in readInstallerConfig(named.given, bytes))) {
    return [configName, [withOption(configOption, named.given, named)]];
  }
  const documents = parseYaml(bytes);
  const [document] = isYamlError(documents) ? [] : documents;
  if (document === undefined) return undefined;
  const folder = path.dirname(named.given);
  if (isKubeconfig(document)) return ['a kubeconfig', [ofKubeconfig(named)]];
  const option = folderOptions[getString(document, 'kind')?.text ?? ''];
  return option === undefined ? undefined : [option.what, [nodeOrOption(option.option, folder, named)]];
}

const folderOptions: Readonly<Record<string, { readonly what: string; readonly option: string }>> = {
  Pod: { what: 'the manifest of a pod', option: '--manifests' },
  KubeletConfiguration: { what: "the kubelet's configuration", option: '--kubelet-dir' },
};

function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readGivenFile(file, '/');
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function command(...words: readonly string[]): string {
  return commandOrReason(['pki-lint', ...words]);
}

const wholeFolder = (named: Named): Advice => [
  'to check the node that it belongs to:',
  command(pathArgument(path.join(path.dirname(named.given), isInFolderOfPki(named) ? '..' : ''))),
];

/**
 * Whether the folder of a file is one within a PKI folder, such as `etcd`: it has that name, and what is around it is a
 * PKI.
 */
function isInFolderOfPki({ file, layouts }: Named): boolean {
  const folder = path.dirname(file);
  const expected = defaultLayout(layouts).expected.filter((one) => !path.isAbsolute(one));
  const around = new Set(namesIn(path.dirname(folder)));
  return expected.some((one) => path.dirname(one) === path.basename(folder)) && expected.some((one) => around.has(one));
}

/** The command that verifies a certificate, with the CA that signed it if that is in a file nearby. */
function verifying(certificate: Certificate, { given, file }: Named): Advice {
  const signer = filesAround(path.dirname(file)).find((one) => isSigner(one, certificate));
  const usages = certificate.extendedKeyUsage ?? [];
  const usage = usages.includes('serverAuth') ? [] : ['--usage', usages.includes('clientAuth') ? 'client' : 'any'];
  if (signer === undefined) {
    return [
      'to verify it, with the file of its CA for CA:',
      command('verify', pathArgument(given), '--ca', 'CA', ...usage),
    ];
  }
  const ca = path.join(path.dirname(given), path.relative(path.dirname(file), signer));
  return ['to verify it:', command('verify', pathArgument(given), '--ca', ca, ...usage)];
}

/** A folder of certificates has fewer. */
const maxFiles = 100;

/** The files of a folder, of the folders in it, and of the one that contains it. */
function filesAround(folder: string): readonly string[] {
  const below = namesIn(folder).map((name) => path.join(folder, name));
  const folders = [folder, ...below.slice(0, maxFiles).filter(isFolder), path.dirname(folder)];
  return folders
    .slice(0, maxFiles)
    .flatMap((one) =>
      namesIn(one)
        .slice(0, maxFiles)
        .map((name) => path.join(one, name)),
    )
    .slice(0, maxFiles)
    .filter(isSmallFile);
}

/** A file of one CA is far smaller; all of them are parsed. */
const maxBytes = 64 * 1024;

function isSmallFile(file: string): boolean {
  try {
    const status = statSync(file);
    return status.isFile() && status.size <= maxBytes;
  } catch {
    return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isSigner(file: string, { issuer }: Certificate): boolean {
  const bytes = bytesOf(file);
  const blocks = bytes === undefined ? [] : readPem(bytes).blocks;
  return blocks.some(
    (block) =>
      block.type === 'certificate' &&
      block.certificate.basicConstraints?.ca === true &&
      block.certificate.subject.der === issuer.der,
  );
}

/** A kubeconfig counts under its name on the node. */
function ofKubeconfig(named: Named): Advice {
  const { given, layouts } = named;
  const names = defaultLayout(layouts).knownKubeconfigs.map((file) => path.basename(file));
  if (names.includes(path.basename(given))) return nodeOrOption('--kubeconfigs', path.dirname(given), named);
  return [`a kubeconfig is checked together with its node, under its name there, such as ${names[0]}:`, command()];
}

/** The folder, if it is a part of a node; else this node with the folder for an option. */
function nodeOrOption(option: string, folder: string, named: Named): Advice {
  return nodeAbove(named) === undefined ? withOption(option, folder, named) : wholeFolder(named);
}

function withOption(option: string, value: string, named: Named): Advice {
  const node =
    nodeAbove(named) === undefined ? defaultLayout(named.layouts).pki : pathArgument(path.dirname(named.given));
  return ['to check a node with it:', command(node, option, value)];
}

const nodeAbove = ({ file, layouts }: Named) => findRootAbove(path.dirname(file), layouts);
