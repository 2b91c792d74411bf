/** The only error that the readers of this folder throw; `message` is what Go would say. */
export class ParseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ParseError';
  }
}

/** `value`, or a ParseError with Go's words where a read failed. */
export function required<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new ParseError(message);
  return value;
}
