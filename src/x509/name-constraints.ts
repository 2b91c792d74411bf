import { DerReader, hex, latin1, tag } from './der.ts';
import { parseIp } from './ip-address.ts';
import { ParseError } from './parse-error.ts';
import { isAscii, isDomain, isMailbox, quote } from './text.ts';

/**
 * Checks a nameConstraints extension (RFC 5280 section 4.2.1.10) as crypto/x509/parser.go parseNameConstraintsExtension
 * does; yields whether it holds a form that Go does not handle. Throws a ParseError.
 */
export function checkNameConstraints(der: Uint8Array): boolean {
  const malformed = new ParseError('x509: invalid NameConstraints extension');
  const outer = new DerReader(der);
  const fields = outer.open(tag.sequence);
  if (fields === undefined || !outer.empty) throw malformed;
  const subtrees: DerReader[] = [];
  for (const which of [tag.constructed(0), tag.constructed(1)]) {
    if (!fields.peek(which)) continue;
    const subtree = fields.open(which);
    if (subtree === undefined) throw malformed;
    subtrees.push(subtree);
  }
  if (!fields.empty) throw malformed;
  if (subtrees.every((subtree) => subtree.empty)) throw new ParseError('x509: empty name constraints extension');
  let unhandled = false;
  for (const subtree of subtrees) {
    while (!subtree.empty) {
      const base = subtree.open(tag.sequence)?.any();
      if (base === undefined) throw malformed;
      const check = checks[base.tag];
      if (check) check(base.content);
      else unhandled = true;
    }
  }
  return unhandled;
}

const checks: Readonly<Record<number, (content: Uint8Array) => void>> = {
  [tag.context(1)]: (content) => {
    const text = ascii(content);
    const valid = text.includes('@') ? isMailbox(text) : isDomain(withoutDot(text));
    if (!valid) throw new ParseError(`x509: failed to parse rfc822Name constraint ${quote(text)}`);
  },
  [tag.context(2)]: (content) => {
    const text = ascii(content);
    if (!isDomain(withoutDot(text))) throw new ParseError(`x509: failed to parse dnsName constraint ${quote(text)}`);
  },
  [tag.context(6)]: (content) => {
    const text = ascii(content);
    if (parseIp(text))
      throw new ParseError(`x509: failed to parse URI constraint ${quote(text)}: cannot be IP address`);
    if (!isDomain(withoutDot(text))) throw new ParseError(`x509: failed to parse URI constraint ${quote(text)}`);
  },
  [tag.context(7)]: (content) => {
    if (content.length !== 8 && content.length !== 32) {
      throw new ParseError(`x509: IP constraint contained value of length ${content.length}`);
    }
    const mask = hex(content.subarray(content.length / 2));
    if (!/^f*[8ce]?0*$/.test(mask)) throw new ParseError(`x509: IP constraint contained invalid mask ${mask}`);
  },
};

/** A constraint may start with a dot, to leave out the domain itself. */
const withoutDot = (text: string): string => (text.startsWith('.') ? text.slice(1) : text);

function ascii(content: Uint8Array): string {
  const text = latin1(content);
  if (!isAscii(content)) {
    throw new ParseError(`x509: invalid constraint value: x509: ${quote(text)} cannot be encoded as an IA5String`);
  }
  return text;
}
