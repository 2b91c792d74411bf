import { ParseError } from '../../../src/x509/der.ts';

/** Returns the value, or the message of a ParseError. Other errors are bugs and are rethrown. */
export function tryParse<T>(read: () => T): { value: T } | { error: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof ParseError) return { error: error.message };
    throw error;
  }
}
