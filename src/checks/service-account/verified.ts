/** Checks that kube-apiserver verifies tokens with the key that signs them. */
import { serviceAccountVerified } from '../credentials/key-pairs.ts';

export const serviceAccountVerifiedChecks = {
  'service-account/verified': serviceAccountVerified,
};
