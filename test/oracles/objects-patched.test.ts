/** The fix that gives an object the CA of a Secret, with the real kubectl, in two shells. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { lintObjects } from '../objects/harness.ts';
import {
  apiService,
  bundleOf,
  conversion,
  documents,
  server as serverOf,
  servingSecret,
  webhookCa,
  webhookConfiguration,
} from '../objects/objects.ts';
import { keyNamed } from '../support/keys.ts';
import { type ServedObject, serveObjects } from './support/object-server.ts';
import { temporaryFolder } from './support/programs.ts';

const ca = webhookCa();
const other = bundleOf(webhookCa({ key: keyNamed('other webhook-ca') }));
const caBundle = bundleOf(ca);
const secret = `${servingSecret(ca)}\n  ca.crt: ${caBundle}`;
const clientConfig = { caBundle };

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe.each(['dash', 'bash'])('in %s', (shell) => {
  it.each([
    {
      kind: 'a webhook',
      object: webhookConfiguration(other),
      type: 'strategic-merge',
      path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/policy',
      patch: { webhooks: [{ name: 'policy.example.test', clientConfig }] },
    },
    {
      kind: 'a conversion webhook',
      object: conversion(other),
      type: 'merge',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.test',
      patch: { spec: { conversion: { webhook: { clientConfig } } } },
    },
    {
      kind: 'an APIService',
      object: apiService(`caBundle: ${other}`),
      type: 'merge',
      path: '/apis/apiregistration.k8s.io/v1/apiservices/v1.things.example.test',
      patch: { spec: clientConfig },
    },
  ])('$kind gets the CA', async ({ object, type, path, patch }) => {
    const objects = documents(object, serverOf(secret));
    const { findings } = await lintObjects({ name: '', objects, findings: [] });
    const command = findings[0]?.fix[0]?.[0]?.text ?? '';
    expect(command).toMatch(/^kubectl patch /);
    const server = await serveObjects(loadAll(objects) as ServedObject[]);
    const kubectl = `kubectl() { command kubectl --server=${server.url} --cache-dir=${folder.path}/${shell} "$@"; }`;
    await promisify(execFile)(shell, ['-c', `${kubectl}\n${command}`], {
      env: { PATH: process.env.PATH, HOME: folder.path },
    });
    server.close();
    const [arrived, ...more] = server.patches;
    expect(more).toEqual([]);
    expect(arrived?.path).toBe(path);
    expect(arrived?.type).toBe(`application/${type}-patch+json`);
    expect(JSON.parse(arrived?.body ?? '')).toEqual(patch);
  });
});
