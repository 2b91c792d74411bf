/** Rules about bundles that expire soon: of several certificates, the one with the latest end decides. */
import { count } from '../../core/text.ts';
import { day, timeOf } from '../../core/time.ts';
import { warnedWithin } from '../../model/facts/limits.ts';
import { judgeDial, lastOf } from '../../model/objects/dial-verdict.ts';
import { type DialledServer, serviceDialled, servingCandidates } from '../../model/objects/dialled.ts';
import { isBundleKept } from '../../model/objects/injected.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { isTls } from '../../model/objects/tls-pair.ts';
import { loadGoPool } from '../../x509/load.ts';
import { type CheckResult, notApplicable, problem, skip } from '../base/check.ts';
import { expiresWithin, shortLife } from '../credentials/validity.ts';

/** Returns the check of one of these rules. */
export const bundleEndsSoon = (rule: 'webhook/ends-soon' | 'api-service/ends-soon') =>
  function* (dialled: DialledServer, dump: JudgedDump): Iterable<CheckResult> {
    const { name, dial, meta } = dialled;
    const { isMoot, reason, part } = judgeDial(dialled, dump);
    if (isMoot) return yield notApplicable(reason ?? '');
    if (dial.caBundle === undefined) return yield skip(reason ?? '');
    if (isBundleKept(dialled)) return yield notApplicable('a program renews it');
    const pool = loadGoPool(dial.caBundle.pem);
    const last = pool.ok ? lastOf(pool.value) : undefined;
    if (last === undefined || part === 'bundle') return yield notApplicable('another rule reports the bundle');
    if (last.notAfter - last.notBefore < shortLife) {
      return yield notApplicable('no one renews such a certificate by hand');
    }
    if (!expiresWithin(last, dump, warnedWithin(dump, rule))) return;
    const service = serviceDialled(dialled, dump.objects);
    const served = service === undefined ? [] : servingCandidates(service, dump.objects);
    if (served.some(({ secret, chain }) => isTls(secret) && chain.leaf.fingerprint256 === last.fingerprint256)) {
      return yield notApplicable('reported by secret/ends-soon');
    }
    const days = count(Math.floor((last.notAfter - dump.at) / day), 'day');
    const object = `${meta.kind} ${meta.name}`;
    yield problem(dial.caBundle.at, { name, object, days, end: timeOf(last.notAfter) }, { certificate: last });
  };
