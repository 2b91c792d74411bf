/**
 * The facts that can be given, a row each: the command line and its help, messages, remedies and reports read it. What files
 * say of a fact is read by its gatherer (gather.ts).
 */
import { UserError } from '../../core/errors.ts';
import { listed, oneOf, type ValueOption, word } from '../../core/option.ts';
import { parseIp } from '../../x509/ip-address.ts';
import type { FactName, FactValues } from './facts.ts';

export interface FactOption<Value> extends ValueOption<Value> {
  /** What reports call the fact. */
  readonly label: string;
  /** What stands for a value that is not known, in a command to be typed. */
  readonly placeholder: string;
  /** Two nodes cannot share it. */
  readonly ofOneNode: boolean;
  /** What a plan calls it where it is missing; otherwise its label. */
  readonly needed?: string;
}

const group = 'Facts, which win over what files say:';

/** In the order of help and reports. */
export const factOptions: { readonly [Name in FactName]: FactOption<FactValues[Name]> } = {
  nodeName: {
    option: '--node-name',
    metavar: '<name>',
    help: 'name of the node',
    group,
    parse: word,
    label: 'node name',
    placeholder: 'NAME',
    ofOneNode: true,
    needed: 'the name of the node',
  },
  nodeIps: {
    option: '--node-ip',
    metavar: '<ip,…>',
    help: 'addresses of the node',
    group,
    parse: listed(address),
    label: 'node IPs',
    placeholder: 'IP',
    ofOneNode: true,
  },
  advertiseAddress: {
    option: '--advertise-address',
    metavar: '<ip>',
    help: 'address of its API server',
    group,
    parse: address,
    label: 'advertise address',
    placeholder: 'IP',
    ofOneNode: true,
    needed: 'the address of the node',
  },
  serviceCidrs: {
    option: '--service-cidr',
    metavar: '<cidr,…>',
    help: 'ranges of service addresses',
    group,
    parse: listed(range),
    label: 'service CIDRs',
    placeholder: 'CIDR',
    ofOneNode: false,
    needed: 'the range of service addresses',
  },
  dnsDomain: {
    option: '--dns-domain',
    metavar: '<domain>',
    help: 'domain of the cluster',
    group,
    parse: word,
    label: 'DNS domain',
    placeholder: 'DOMAIN',
    ofOneNode: false,
    needed: 'the domain of the cluster',
  },
  controlPlaneEndpoint: {
    option: '--control-plane-endpoint',
    metavar: '<host:port>',
    help: 'how clients reach it',
    group,
    parse: word,
    label: 'control-plane endpoint',
    placeholder: 'HOST:PORT',
    ofOneNode: false,
  },
  sans: {
    option: '--san',
    metavar: '<name,…>',
    help: 'more names of the API server',
    group,
    parse: listed(word),
    label: 'SANs',
    placeholder: 'NAME',
    ofOneNode: false,
  },
  kubernetesVersion: {
    option: '--kubernetes-version',
    metavar: '<version>',
    help: 'release of its components',
    group,
    parse: release,
    label: 'Kubernetes version',
    placeholder: 'VERSION',
    ofOneNode: false,
  },
  etcd: {
    option: '--etcd',
    metavar: '<where>',
    help: 'stacked (on control planes) or external',
    group,
    parse: oneOf(['stacked', 'external']),
    label: 'etcd',
    placeholder: 'stacked',
    ofOneNode: false,
  },
};

/** Every fact, in the order of help and reports. */
export const factNames = Object.keys(factOptions) as FactName[];

/** An IP address. */
function address(option: string, text: string): string {
  if (parseIp(text) === undefined)
    throw new UserError(`${option} is "${text}", which is no IP address`, 'try 192.0.2.10');
  return text;
}

/** A range of addresses in CIDR notation. */
function range(option: string, text: string): string {
  const [, start = '', bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (parseIp(start) === undefined || Number(bits) > (start.includes(':') ? 128 : 32)) {
    throw new UserError(`${option} is "${text}", which is no range of addresses`, 'try 10.96.0.0/12');
  }
  return text;
}

/** A Kubernetes release: `v1.36.2`, `1.36`. */
function release(option: string, text: string): string {
  if (!/^v?\d+\.\d+(?:\.\d+)?(?:[-+][0-9A-Za-z.+-]+)?$/.test(text)) {
    throw new UserError(`${option} is "${text}", which is no release`, 'try v1.36.2');
  }
  return text;
}
