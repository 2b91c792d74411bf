/** TracingConfiguration (k8s.io/component-base tracing/api/v1/config.go, ValidateTracingConfiguration). */

import { settingAt, textAt } from '../../artifact/setting.ts';
import { invalidValue } from '../../core/field-errors.ts';
import { yamlNumber } from '../../core/go-values.ts';
import { urlFault } from '../../x509/uri.ts';
import type { ValueJudge } from '../values/field-rows.ts';

const schemes = ['dns', 'unix', 'unix-abstract'];
const million = 1_000_000;

/** What kube-apiserver refuses in a TracingConfiguration. */
export const tracingFaults: ValueJudge = function* (document) {
  const rate = settingAt(document, 'samplingRatePerMillion');
  const number = rate?.kind === 'scalar' ? yamlNumber(rate.text) : 0;
  if (rate !== undefined && (number < 0 || number > million)) {
    const path = 'tracing.samplingRatePerMillion';
    const detail =
      number < 0
        ? 'sampling rate must be positive'
        : 'sampling rate per million must be less than or equal to one million';
    const error = `${path}: Invalid value: ${number}: ${detail}`;
    yield { path: 'samplingRatePerMillion', at: rate.at, error, fix: `write a number from 0 to ${million}` };
  }
  const endpoint = settingAt(document, 'endpoint');
  const written = textAt(endpoint);
  if (endpoint === undefined) return;
  const url = written.includes('//') ? written : `dns://${written}`;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  const unsupported = schemes.includes(scheme)
    ? undefined
    : `unsupported scheme: ${scheme}.  Options are none, dns, unix, or unix-abstract.  See https://github.com/grpc/grpc/blob/master/doc/naming.md`;
  const detail = urlFault(url) ?? unsupported;
  const error = invalidValue('tracing.endpoint', url, detail ?? '');
  const fix = 'write the address and port of the collector without http, such as localhost:4317';
  if (detail !== undefined) yield { path: 'endpoint', at: endpoint.at, error, fix };
};
