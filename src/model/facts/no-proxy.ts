/** Which hosts a program of Go connects to without its proxy (golang.org/x/net/http/httpproxy, useProxy). */
import { firstWith, parseIp, parseRange } from '../../x509/ip-address.ts';
import { isLoopback, readAddress } from './host.ts';

/** The host and the port of an exception: `.example.test`, `10.0.0.1:6443`, `[::1]:6443`. */
const parts = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/;

/** Whether an address is in a range: `10.0.0.0/8`, `fd00::/8`. */
function isInRange(address: string, text: string): boolean {
  const [ip, range] = [parseIp(address), parseRange(text)];
  if (!ip || !range || text.includes(':') !== address.includes(':')) return false;
  return Buffer.from(firstWith(ip, range.bits)).equals(range.base);
}

/**
 * Whether `NO_PROXY` names a host: itself, a domain that it is in, or a range of addresses. A name is not resolved.
 *
 * @param host without brackets
 */
export function isException(exceptions: string, host: string, port: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  const address = readAddress(name);
  if (name === 'localhost' || (address !== undefined && isLoopback(address))) return true;
  return exceptions.split(',').some((one) => {
    const exception = one.trim().toLowerCase();
    if (exception === '*') return true;
    if (exception.includes('/')) return address !== undefined && isInRange(address, exception);
    const own = readAddress(exception);
    const [, bracketed, plain, only] = own === undefined ? (parts.exec(exception) ?? []) : [undefined, exception];
    const said = bracketed ?? plain ?? '';
    if (said === '' || (only !== undefined && only !== port)) return false;
    const saidAddress = readAddress(said);
    if (saidAddress !== undefined) return saidAddress === address;
    const domain = said.replace(/^\*(?=\.)/, '');
    return domain.startsWith('.') ? name.endsWith(domain) : name === domain || name.endsWith(`.${domain}`);
  });
}
