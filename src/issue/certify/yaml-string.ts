/** Strings of YAML, as Go writes them. */
import { plainType } from '../../scan/yaml-go.ts';

/**
 * A string as go.yaml.in/yaml/v2 writes it (encode.go, stringv; emitterc.go, yaml_emitter_analyze_scalar), by which
 * kubectl and kubeadm write kubeconfigs: plain; in double quotes where a reader would take it for something else than a
 * string; in single quotes where it has characters that mean something. undefined: it would take escapes or lines.
 */
export function yamlString(text: string): string | undefined {
  if (!isPrintable.test(text)) return undefined;
  if (!readsAsString(text)) return JSON.stringify(text);
  return isPlain(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** YAML 1.1 section 5.1 without line breaks, and without what Go escapes. */
const isPrintable = /^[\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
/** resolve.go, parseTimestamp: `2006-1-2` and the like, with a time or without. */
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ])/;

function readsAsString(text: string): boolean {
  return plainType(text) === 'string' && !base60.test(text) && !timestamp.test(text);
}

/** Whether nothing in it is an indicator where it stands (block context), and no space is at an end. */
function isPlain(text: string): boolean {
  return !/^[#,[\]{}&*!|>'"%@`]|^[?:-](?: |$)|^(?:---|\.\.\.)|: |:$| #|^ | $/.test(text);
}
