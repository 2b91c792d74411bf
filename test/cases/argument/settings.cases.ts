import type { Case } from '../harness.ts';
import { apiServer } from '../support/settings.ts';

export const settings: readonly Case[] = [
  {
    name: 'the allowed names leave out the front proxy',
    change: apiServer({ 'requestheader-allowed-names': 'aggregator' }),
    findings: ['argument/allowed-names@front-proxy-client'],
  },
];
