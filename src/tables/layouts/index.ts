/** The layouts that nodes may have: each is a module with a file of `rules/tables/layouts/`. */
import type { Layouts } from '../../artifact/layout.ts';
import { kubeadm } from './kubeadm.ts';
import type { Layout } from './layout.ts';
import { systemd } from './systemd.ts';

/** Every layout, in the order in which they are matched. */
export const layouts: Layouts<Layout> = [kubeadm, systemd];
