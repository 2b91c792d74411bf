/**
 * Workflows of this repository run only what is pinned, with no more permissions than a job needs, and take no text of
 * others for a command.
 */
import { load } from 'js-yaml';
import { expect, it, test } from 'vitest';
import { releaseNotes } from '../../scripts/release-notes.mjs';
import { listFiles, readText } from './files.ts';

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

/** What jobs may write. `id-token` is a token for npm and Sigstore, with which nothing of GitHub can be changed. */
const mayWrite: Readonly<Record<string, readonly string[]>> = {
  '.github/workflows/release.yml npm': ['id-token'],
  '.github/workflows/release.yml attest': ['attestations', 'id-token'],
  '.github/workflows/release.yml image': ['packages'],
  '.github/workflows/release.yml release': ['contents'],
};

const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

function complaintsOfJob(name: string, { permissions, steps }: Job): readonly string[] {
  if (typeof permissions !== 'object') return [`${name}: its permissions are not listed`];
  const written = Object.keys(permissions).filter((scope) => permissions[scope] !== 'read');
  const allowed = mayWrite[name] ?? [];
  const tooMany = written.filter((scope) => !allowed.includes(scope)).map((scope) => `${name}: may write ${scope}`);
  const hasSources = steps.some(({ uses }) => uses?.startsWith('actions/checkout@'));
  const both = hasSources && written.length > 0 ? [`${name}: has sources, and may write`] : [];
  const composed = steps.filter(({ run }) => run?.includes('${{')).map(({ run }) => `${name}: composes ${run}`);
  return [...tooMany, ...both, ...composed];
}

function complaintsAboutWorkflow(path: string, text: string): readonly string[] {
  const { on, permissions, jobs } = load(text) as Workflow;
  const unpinned = [...text.matchAll(/\buses: *(.*)$/gm)]
    .filter(([, action = '']) => !pinned.test(action))
    .map(([, action]) => `${path}: not pinned: ${action}`);
  // Only what a maintainer pushes: others can open issues and pull requests.
  const events = Object.keys(on).filter((event) => event !== 'push');
  const triggers = events.map((event) => `${path}: runs on ${event}`);
  const byDefault = JSON.stringify(permissions) === '{}' ? [] : [`${path}: jobs have permissions by default`];
  const ofJobs = Object.entries(jobs).flatMap(([name, job]) => complaintsOfJob(`${path} ${name}`, job));
  return [...unpinned, ...triggers, ...byDefault, ...ofJobs];
}

const workflows = listFiles('.github/workflows');
const [release = ''] = workflows;

test('actions are pinned by commit, and jobs have the permissions that they need', () => {
  expect(workflows).toEqual(['.github/workflows/release.yml']);
  expect(workflows.flatMap((path) => complaintsAboutWorkflow(path, readText(path)))).toEqual([]);
});

test('an action has one pin', () => {
  const pins = workflows.flatMap((path) => [...readText(path).matchAll(/\buses: *([^@\s]+)(@.*)$/gm)]);
  expect(pins.length).toBeGreaterThan(4);
  const versions = new Map(pins.map(([, action, pin]) => [action, pin]));
  expect(pins.filter(([, action, pin]) => versions.get(action) !== pin)).toEqual([]);
});

it.each([
  [/@[0-9a-f]{40} # v[\d.]+/, '@v6', 'not pinned: actions/checkout@v6'],
  [/ # v[\d.]+/, '', 'not pinned: actions/checkout@'],
  [/^on:/m, 'on:\n  pull_request_target:', 'runs on pull_request_target'],
  [/^permissions: \{\}$/m, 'permissions: write-all', 'jobs have permissions by default'],
  [/contents: read/, 'contents: write', 'release.yml build: may write contents'],
  [/contents: read/, 'contents: write', 'release.yml build: has sources, and may write'],
  [/ +permissions:\n {6}contents: read\n/, '', 'release.yml build: its permissions are not listed'],
  [/"\$GITHUB_REF_NAME"/, '$' + '{{ github.ref_name }}', 'release.yml build: composes node scripts/release.mjs'],
  [/packages: write/, 'contents: write', 'release.yml image: may write contents'],
])('a workflow with %s replaced by %s is rejected', (from, to, complaint) => {
  const text = readText(release);
  expect(text).toMatch(from);
  const complaints = complaintsAboutWorkflow(release, text.replace(from, to));
  expect(complaints.filter((one) => one.includes(complaint))).toHaveLength(1);
});

test('a release has the tag of its version, and notes', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2027-01-01\n\n### Added\n\n- b\n\n## [0.1.0] - 2026-12-01\n\n- a\n';
  expect(releaseNotes('v0.2.0', '0.2.0', changelog)).toBe('### Added\n\n- b\n');
  expect(releaseNotes('v0.1.0', '0.1.0', changelog)).toBe('- a\n');
  expect(() => releaseNotes('v0.2.0', '0.1.0', changelog)).toThrow('the tag is v0.2.0');
  expect(() => releaseNotes('v0.3.0', '0.3.0', changelog)).toThrow('no section "## [0.3.0] - DATE"');
  expect(() => releaseNotes('vUnreleased', 'Unreleased', changelog)).toThrow('no section');
});

test('nothing that is shipped fetches a package by the name of this project', () => {
  const shipped = listFiles().filter(
    (path) => /^(?:templates|integrations|docs|action|README|SECURITY)/.test(path) && !path.endsWith('.png'),
  );
  expect(shipped).toContain('templates/pki-lint.yml');
  const fetching =
    /(?:npx|npm (?:exec|i|install|add))(?: +--?[a-z][-\w]*(?:=\S+)?)* +pki-lint|pki-lint@\d|(?<!OWNER\/|[\w-])pki-lint\/pki-lint\b/;
  expect('npx --yes pki-lint@0.1.0').toMatch(fetching);
  expect('uses: pki-lint/pki-lint@v0.1.0').toMatch(fetching);
  const lines = shipped.flatMap((path) =>
    readText(path)
      .split('\n')
      .map((line) => `${path}: ${line}`),
  );
  expect(lines.filter((line) => fetching.test(line))).toEqual([]);
});
