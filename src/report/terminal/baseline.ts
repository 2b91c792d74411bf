/** What a report says about its baseline, in a line or two. */

import { count, handful } from '../../core/text.ts';
import type { Report } from '../../results/report.ts';
import { changeWords } from '../../results/report-diff.ts';

/** Returns how many findings are known, which of them are fixed, and which are worse than in the baseline. */
export function baselineLines({ baseline, findings }: Report): readonly string[] {
  if (baseline === undefined) return [];
  const { file, known, new: added, fixed, rose } = baseline;
  const update =
    fixed.length === 0
      ? ''
      : `; ${count(fixed.length, 'entry of it is', 'entries of it are')} fixed: update it with --update-baseline`;
  const worse = rose.flatMap(({ fingerprint, was, gained }) => {
    const one = findings.find((finding) => finding.fingerprint === fingerprint);
    if (one === undefined) return [];
    return [`${one.rule} at ${one.path} (${changeWords({ was, gained })})`];
  });
  return [
    ...(worse.length === 0 ? [] : [`Worse than in ${file}, and new for that reason: ${handful(worse, 3, '; ')}`]),
    `${count(known, 'finding')} known by ${file}, ${added} new${update}`,
  ];
}
