/** What rules refer to: their pages in the repository of this program, and the documents that they cite. */
import manifest from '../../package.json' with { type: 'json' };
import type { CitedSource } from '../results/finding.ts';
import { citations } from './catalog.ts';

/** `repository` of a package.json: an address, or `owner/name` of GitHub. */
type Repository = string | { readonly url: string };

interface Manifest {
  readonly version: string;
  readonly repository?: Repository;
}

const ours = (manifest as Manifest).repository ?? null;

/** Returns the address of a repository in a browser; undefined without one that GitHub or GitLab would have. */
function addressOf(repository: Repository): string | undefined {
  const address = (typeof repository === 'string' ? repository : repository.url)
    .replace(/^(github|gitlab):/, 'https://$1.com/')
    .replace(/^(?=[\w.-]+\/[\w.-]+$)/, 'https://github.com/')
    .replace(/^git\+/, '')
    .replace(/^(?:ssh:\/\/)?git@([\w.-]+)[:/]/, 'https://$1/')
    .replace(/^git:/, 'https:')
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
  return /^https:\/\/[\w.-]+(?:\/[\w.-]+){2,}$/.test(address) ? address : undefined;
}

/**
 * Returns what a rule refers to: its page, then documents. The page comes first, because programs show one address of a
 * rule. It is left out as long as package.json names no repository.
 *
 * @param id id of the rule
 * @param cite keys of `rules/citations.json`
 */
export function ruleSources(
  id: string,
  cite: readonly string[],
  repository: Repository | null = ours,
): readonly CitedSource[] {
  const address = repository === null ? undefined : addressOf(repository);
  const page = `docs/rules/${id}.md`;
  return [
    ...(address === undefined ? [] : [{ title: `pki-lint, ${page}`, url: `${address}/blob/HEAD/${page}` }]),
    ...cite.flatMap((key) => citations[key] ?? []).map(({ title, url }) => ({ title, url })),
  ];
}
