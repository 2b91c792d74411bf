import type { Case } from '../harness.ts';
import { addresses } from './freedoms/addresses.ts';
import { elsewhere } from './freedoms/elsewhere.ts';
import { files } from './freedoms/files.ts';
import { realFlags } from './freedoms/flags.ts';
import { identities } from './freedoms/identities.ts';
import { kubelets } from './freedoms/kubelets.ts';
import { layouts } from './freedoms/layouts.ts';
import { links } from './freedoms/links.ts';
import { moreAuthorities } from './freedoms/more-authorities.ts';
import { releases } from './freedoms/releases.ts';
import { rotation } from './freedoms/rotation.ts';
import { written } from './freedoms/spelling.ts';
import { topologies } from './freedoms/topologies.ts';

/** Nodes that differ from a healthy one only in ways that are documented or that work: they must have no findings. */
export const freedomCases: readonly Case[] = [
  ...elsewhere,
  ...rotation,
  ...links,
  ...written,
  ...realFlags,
  ...files,
  ...identities,
  ...addresses,
  ...topologies,
  ...moreAuthorities,
  ...kubelets,
  ...releases,
  ...layouts,
];
