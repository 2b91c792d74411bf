import { ParseError } from '../../../src/x509/der.ts';

/** The value, or the message of a ParseError; any other error is a bug and goes on. */
export function tryParse<T>(read: () => T): { value: T } | { error: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof ParseError) return { error: error.message };
    throw error;
  }
}
