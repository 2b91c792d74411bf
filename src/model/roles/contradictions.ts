/** Facts of a policy that the node's own flags contradict: it may be the policy of a different cluster. */
import type { Policy, PolicyFacts, PolicyPlace } from '../../settings/policy.ts';
import type { FactName, Facts, GivenFacts, Source } from '../facts/facts.ts';
import { areOneMachine, canonicalHost, firstAddress, hostOf, isLoopback } from '../facts/host.ts';

/** A fact of a policy, and what the node says instead. */
export interface Contradiction {
  /** Its key in the policy. */
  readonly name: FactName;
  /** As the policy has it. */
  readonly value: string;
  /** Where the policy has it, as `file:line`; the file if the line is not known. */
  readonly by: string;
  /** The first source on the node that says something else. */
  readonly own: Source<unknown>;
}

/** The overrides of a policy that are about a node, with their places in its list. */
export type MatchingOverrides = readonly { readonly index: number; readonly facts?: PolicyFacts | undefined }[];

/** Whether two values of a fact mean the same. Facts that do not identify a cluster or a node are not compared. */
const comparisons: Partial<Readonly<Record<FactName, (one: unknown, other: unknown) => boolean>>> = {
  serviceCidrs: (one, other) => rangesOf(one).some((range) => rangesOf(other).includes(range)),
  dnsDomain: (one, other) => domain(one) === domain(other),
  nodeName: (one, other) => areOneMachine(String(one).toLowerCase(), String(other)),
  advertiseAddress: (one, other) => canonicalHost(String(one)) === canonicalHost(String(other)),
  controlPlaneEndpoint: (one, other) => endpoint(one) === endpoint(other),
  etcd: (one, other) => one === other,
};

const domain = (text: unknown) => String(text).toLowerCase().replace(/\.$/, '');
const endpoint = (text: unknown) => canonicalHost(hostOf(String(text)) ?? String(text));
const rangesOf = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.map((one) => rangeOf(String(one))) : [];

/** A range in one form, whatever address of it is written. */
function rangeOf(text: string): string {
  const range = text.trim();
  return `${firstAddress(range) ?? range}/${range.slice(range.lastIndexOf('/') + 1)}`;
}

/**
 * Returns the facts of a policy that no source on the node agrees with. At least one of the sources has to be a flag, a
 * manifest or a kubeconfig: a certificate with a different name is at fault itself.
 *
 * @param own the facts of the node without the policy
 * @param given facts that outweigh those of the policy
 */
export function contradictionsOf(
  policy: Policy,
  overrides: MatchingOverrides,
  own: Facts,
  given: GivenFacts,
): readonly Contradiction[] {
  return (Object.keys(comparisons) as FactName[]).flatMap((name) => {
    const imposed = given[name] === undefined ? imposedBy(policy, overrides, name) : undefined;
    const isSame = comparisons[name];
    const fact = own[name];
    if (imposed === undefined || isSame === undefined || fact === undefined) return [];
    const sources: readonly Source<unknown>[] = [fact, ...fact.disagreeing];
    if (sources.some(({ value }) => isSame(imposed.value, value))) return [];
    const first = sources.find(({ at }) => at !== undefined);
    if (first === undefined || (name === 'controlPlaneEndpoint' && isOwnAddress(String(first.value), own))) return [];
    return [{ name, value: String(imposed.value), by: imposed.by, own: first }];
  });
}

/** Without a load balancer, clients use an address of the node: that is not a different endpoint. */
function isOwnAddress(host: string, { advertiseAddress, nodeIps }: Facts): boolean {
  return isLoopback(host) || host === advertiseAddress?.value || nodeIps?.value.includes(host) === true;
}

function imposedBy({ file, facts = {}, factPlaces = {} }: Policy, overrides: MatchingOverrides, name: FactName) {
  const override = overrides.findLast((one) => one.facts?.[name] !== undefined);
  const value = override?.facts?.[name] ?? facts[name];
  if (value === undefined) return undefined;
  const place = factPlaces[override === undefined ? `facts.${name}` : `overrides[${override.index}].facts.${name}`];
  return { value, by: place === undefined ? file : placeText(place) };
}

const placeText = ({ file, line }: PolicyPlace): string => `${file}:${line}`;

/**
 * Returns a contradiction in words: `dnsDomain is corp.internal (line 6), but kube-apiserver --service-account-issuer
 * is cluster.local`.
 *
 * @param policy the file of the policy, whose name the sentence begins with
 */
export function contradictionText({ name, value, by, own }: Contradiction, policy: string): string {
  const place = by.startsWith(`${policy}:`) ? `line ${by.slice(policy.length + 1)}` : by;
  const where = place === policy ? '' : ` (${place})`;
  return `${name} is ${value}${where}, but ${own.source} is ${String(own.value)}`;
}
