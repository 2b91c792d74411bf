import { keyNamed } from '../../support/keys.ts';

export const short = { key: keyNamed('shorter than anybody likes', 'RSA-1024') };
