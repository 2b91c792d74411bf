/** What may be broken into lines: words of commands, names and dates are whole. */
import { expect, it } from 'vitest';
import { command, el } from '../../../src/report/html/markup.ts';
import { capital, pathOf } from '../../../src/report/html/parts.ts';
import { axis } from '../../../src/report/html/timeline-scale.ts';

const whole = ({ html }: { readonly html: string }) =>
  [...html.matchAll(/<span class="word">([^<]*)<\/span>/g)].map(([, text]) => text);

it.each([
  ['a date', 'expires on 2027-11-24, in 3 days', ['2027-11-24']],
  ['a time', 'expired (2027-11-24T13:59:04Z)', ['2027-11-24T13:59:04Z']],
  ['names of nodes', 'cp-1: kubelet on worker-12.example', ['cp-1:', 'worker-12.example']],
  ['a name without a number', 'kube-apiserver', []],
  ['a path', '/root/pki-1/x-2.crt', []],
  ['a name that is longer than a narrow window', 'a-very-long-name-of-a-node-of-a-cluster-1', []],
])('%s', (_, text, expected) => {
  expect(whole(el('p', {}, text))).toEqual(expected);
  expect(el('p', {}, text).html.replace(/<[^>]*>/g, '')).toBe(text);
});

it('an element that contains only text has no element in it', () => {
  expect(el('title', {}, ['on cp-1']).html).toBe('<title>on cp-1</title>');
  expect(el('option', {}, 'cp-1').html).toBe('<option>cp-1</option>');
});

it('a command has its words as they are, and they are broken only before a slash', () => {
  const text = `scp -p root@cp-1:/a/b 'c & d' https://192.0.2.1 e`;
  const { html } = command(text);
  expect(html).toContain('<span>-p</span> <span>root@cp-1:<wbr>/a<wbr>/b</span>');
  expect(html).toContain('<span>https://192.0.2.1</span> e');
  expect(html.replace(/<[^>]*>/g, '')).toBe('scp -p root@cp-1:/a/b &#39;c &amp; d&#39; https://192.0.2.1 e');
});

it('a word of a command that is longer than a narrow window may be broken', () => {
  expect(command(`pki-lint --fingerprint=${'a'.repeat(40)}`).html).toBe(
    `<span>pki-lint</span> --fingerprint=<wbr>${'a'.repeat(40)}`,
  );
  expect(command(`kubectl --clusterrole=system:kubelet-api-admin`).html).toBe(
    'kubectl <span>--clusterrole=<wbr>system:kubelet-api-admin</span>',
  );
});

it.each([
  ['the certificate expired', 'The certificate expired'],
  ['no, it is not', 'No, it is not'],
  ['kubelet → https://192.0.2.1', 'kubelet → https://192.0.2.1'],
  ['kubelets that renew', 'kubelets that renew'],
  ['etcd does not start', 'etcd does not start'],
  ['cp-1: the API server', 'cp-1: the API server'],
  ['worker: no certificate', 'worker: no certificate'],
  ['admin.conf: the file is empty', 'admin.conf: the file is empty'],
  ['/etc/kubernetes is missing', '/etc/kubernetes is missing'],
])('the start of a line: %s', (text, expected) => {
  expect(capital(text)).toBe(expected);
});

it('paths are broken after a folder, and not after the slash that they begin with', () => {
  expect(pathOf('/a/b.key, /a/b.pub').html).toBe('<code>/a/<wbr>b.key, /a/<wbr>b.pub</code>');
});

it.each([
  ['days and years', { most: 400, windowDays: null }, ['now', '30d', '90d', '1y']],
  ['years', { most: 3650, windowDays: null }, ['now', '30d', '90d', '1y', '3y', '2036']],
  ['tens of years', { most: 36500, windowDays: null }, ['now', '30d', '90d', '1y', '3y', '10y', '30y']],
  ['the end of a window has its name', { most: 3650, windowDays: 90 }, ['now', '30d', '90d', '1y', '3y', '2036']],
  [
    'a window that ends now has no name of its own',
    { most: 3650, windowDays: 5 },
    ['now', '30d', '90d', '1y', '3y', '2036'],
  ],
])('the axis: %s', (_, scale, expected) => {
  const { html } = axis({ at: '2026-12-01T00:00:00Z', ...scale });
  const names = [...html.matchAll(/<text x="([^"%]*)%"[^>]*>([^<]*)/g)].sort(
    (one, other) => Number(one[1]) - Number(other[1]),
  );
  expect(names.map(([, , name]) => name)).toEqual(expected);
  const places = names.map(([, x]) => Number(x));
  expect(places.slice(1).every((x, index) => x - (places[index] ?? 0) >= 8.4)).toBe(true);
});
