/** What a report says of dumps of objects. */
import { count, firstSentence, handful, hasWords } from '../../core/text.ts';
import type { Finding } from '../finding.ts';
import type { Report, ReportedObjects } from '../report.ts';

/** Whether a report is about anything: a node, or objects. */
export const isAboutSomething = ({ nodes, objects = [] }: Pick<Report, 'nodes' | 'objects'>): boolean =>
  nodes.length + objects.length > 0;

/** Returns how many objects were read: `177 objects`; '' if there was no dump. */
export function countedObjects({ objects = [] }: Pick<Report, 'objects'>): string {
  const read = objects.reduce((sum, one) => sum + numberOf(one), 0);
  return objects.length === 0 ? '' : count(read, 'object');
}

const numberOf = ({ kinds }: ReportedObjects): number => Object.values(kinds).reduce((sum, one) => sum + one, 0);

/** Returns a line about each dump: what it is, when it was made, whose cluster it is, and whether it is a secret. */
export function objectLines({ objects = [], nodes: given }: Pick<Report, 'objects' | 'nodes'>): readonly string[] {
  return objects.flatMap((one) => {
    const { nodes, newest, hasSecrets } = one;
    const dump = nameOf(one);
    const made = newest === null ? '' : `, of ${newest.slice(0, 10)}`;
    const of = nodes.length === 0 ? alone(one, given.length > 0) : together(one);
    const about = `${dump}: ${count(numberOf(one), 'object')} of a cluster${made}${notRead(one)}; ${of}`;
    return [about, ...(hasSecrets ? [`${dump} contains private keys or tokens: keep it secret`] : [])];
  });
}

/** Returns the names of the dumps: `dump.yaml`; '' if there is none. */
export const namesOfDumps = ({ objects = [] }: Pick<Report, 'objects'>): string => handful(objects.map(nameOf), 2);

/** The name of standard input on the command line is no word. */
const nameOf = ({ dump }: ReportedObjects): string => (dump === '-' ? 'stdin' : dump);

/** `; not read: Pod (3), Ingress` */
function notRead({ others }: ReportedObjects): string {
  const kinds = Object.entries(others).sort(([, one], [, other]) => other - one);
  const words = kinds.map(([kind, number]) => (number === 1 ? kind : `${kind} (${number})`));
  return words.length === 0 ? '' : `; not read: ${handful(words, mostKinds)}`;
}

/** Kinds that are named. */
const mostKinds = 4;

/** Returns where in a dump a finding is: its object, and the field; '' if it is not about an object. */
export function placeInDump({ subject, field }: Pick<Finding, 'subject' | 'field'>): string {
  if (field === undefined) return '';
  return field === '' ? subject : `${subject}, ${field}`;
}

/** Returns what a finding says, after the name of its object unless it says that. */
export function afterObject(text: string, { subject, field }: Pick<Finding, 'subject' | 'field'>): string {
  const inMessages = subject.replace(/ [^ /]+\//, ' ');
  const isSaid = field === undefined || [subject, inMessages].some((name) => hasWords(text, name));
  return isSaid ? text : `${subject}: ${text}`;
}

/** Returns what a finding about an object stops; '' for others, whose consequences are listed. */
export const effectOnCluster = ({ why, field, severity }: Pick<Finding, 'why' | 'field' | 'severity'>): string =>
  field === undefined || severity === 'info' ? '' : firstSentence(why).replace(/\.$/, '');

/** Returns how much was read: `42 files and 177 objects`. */
export function extentOf(report: Pick<Report, 'nodes' | 'objects' | 'summary'>): string {
  const files = report.nodes.length === 0 ? '' : count(report.summary.files, 'file');
  return [files, countedObjects(report)].filter((text) => text !== '').join(' and ');
}

function alone({ needControlPlane }: ReportedObjects, hasNodes: boolean): string {
  const why = hasNodes ? 'no node in the input is of the same cluster' : 'none of its nodes is in the input';
  const need = `${count(needControlPlane, 'check')} ${needControlPlane === 1 ? 'needs' : 'need'}`;
  return needControlPlane === 0 ? why : `${why}: ${need} the files of a control plane`;
}

function together({ nodes, otherNodes }: ReportedObjects): string {
  const missing = otherNodes.length === 0 ? '' : `; not in the input: ${handful(otherNodes, 3)}`;
  return `together with ${handful(nodes, 3)}${missing}`;
}
