/** What writes the configuration of an installer, by the name in the remedies of layouts. */
import type { CommandValues } from '../../core/command/fill.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { kubeadmDocuments } from './kubeadm.ts';

/** Returns values of the command that writes the file; undefined if a part of it is not known. */
type Writer = (pki: Pki, version: string) => CommandValues | undefined;

export const configurationWriters: Readonly<Record<string, Writer>> = { kubeadm: kubeadmDocuments };
