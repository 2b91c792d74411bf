/**
 * What findings say, as data: the templates of a rule with the data of its check, and which nodes and subjects they
 * name.
 */
import { type Filled, filledValues, type Message, namedIn, unwritten, type Wording } from '../../results/message.ts';
import type { Failure } from '../rules/failure.ts';
import type { Merged } from '../rules/groups.ts';
import type { Identities } from './identities.ts';

/**
 * Returns the texts of a fault: the rule's, after the condition under which it fails, and with what sets an argument
 * that no file sets.
 *
 * @param nodes has the names of all nodes
 */
export function wordingOf({ rule, subject, problem, preview }: Failure, nodes: Identities): Wording {
  const { setBy, phrases = {} } = problem;
  const data = { ...problem.data, ...(preview && { preview: preview.prefix }), ...(setBy && { setBy }) };
  const { message: usual } = rule;
  const template = usual.replace(/\{(\w+)\}/g, (whole, name: string) => phrases[name] ?? whole);
  const message = `${preview === undefined ? '' : '{preview}: '}${template}${setBy === undefined ? '' : ' (set by {setBy})'}`;
  return unwritten({
    message: messageFrom({ template: message, data }, [subject.name], nodes),
    expected: { template: rule.expected, data },
    found: { template: rule.found, data },
  });
}

/** Returns the texts of a finding that stands for several failures of a rule. */
export function mergedWording({ kind, template, data }: Merged, all: readonly Failure[], nodes: Identities): Wording {
  const preview = kind === 'rest' ? undefined : all[0]?.preview;
  const filled =
    preview === undefined
      ? { template, data }
      : { template: `{preview}: ${template}`, data: { ...data, preview: preview.prefix } };
  const subjects = all.map(({ subject }) => subject.name);
  return unwritten({ message: messageFrom(filled, subjects, nodes), expected: nothing, found: nothing });
}

/** Returns a template of a rule that is filled on its own. */
export function singleWording(texts: Readonly<Record<keyof Wording, string>>, { data, names }: Single): Wording {
  return unwritten({
    message: messageFrom({ template: texts.message, data }, names, new Map()),
    expected: { template: texts.expected, data },
    found: { template: texts.found, data },
  });
}

interface Single {
  readonly data: Filled['data'];
  /** The subjects. */
  readonly names: readonly string[];
}

const nothing: Filled = { template: '', data: {} };

/** Names count where the template has the value. */
export function messageFrom({ template, data }: Filled, subjects: readonly string[], nodes: Identities): Message {
  const values = filledValues({ template, data });
  return { template, data, subjects: namedIn(values, new Set(subjects)), nodes: namedIn(values, nodes) };
}
