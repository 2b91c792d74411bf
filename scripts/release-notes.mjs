/**
 * Returns what CHANGELOG.md says about a release. Throws if the tag is not that of the version, or if the changelog has
 * no section of it.
 * @param {string} tag such as `v0.1.0`
 * @param {string} version that of package.json
 * @param {string} changelog
 * @returns {string}
 */
export function releaseNotes(tag, version, changelog) {
  if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, and package.json has the version ${version}`);
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((one) => one.startsWith(`[${version}] - `));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## [${version}] - DATE"`);
  return `${section.slice(section.indexOf('\n')).trim()}\n`;
}
