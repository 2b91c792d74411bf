/** How values are written in commands, by where they land. */
import { describe, expect, it } from 'vitest';
import { type CommandValues, fillCommand } from '../../src/core/command/fill.ts';
import { inNote, insteadOfCommand } from '../../src/core/command/shell.ts';

const lineOf = (template: string, values: CommandValues, remote?: string) => fillCommand(template, values, remote).line;
const insteadOf = (template: string, values: CommandValues) => fillCommand(template, values).instead;

describe('a value in a command', () => {
  it('is quoted if it needs that', () => {
    const command = 'openssl pkey -in {signer} -pubout >> {verifier}';
    expect(lineOf(command, { signer: '/pki/sa.key', verifier: '/pki/sa.pub' })).toBe(
      'openssl pkey -in /pki/sa.key -pubout >> /pki/sa.pub',
    );
    expect(lineOf(command, { signer: "/p ki/it's", verifier: '/$(x)' })).toBe(
      "openssl pkey -in '/p ki/it'\\''s' -pubout >> '/$(x)'",
    );
  });

  it('is a word of its own in a list, and there may be none', () => {
    expect(lineOf('rm {files}', { files: ['/a b', '/c'] })).toBe("rm '/a b' /c");
    expect(
      lineOf('kubeadm init phase kubeconfig kubelet --node-name {node} {address}', { node: 'cp-1', address: [] }),
    ).toBe('kubeadm init phase kubeconfig kubelet --node-name cp-1');
  });

  it('is not an option: a path gets a folder, a name follows --', () => {
    expect(lineOf('rm {files}', { files: ['-rf', '*'] })).toBe("rm ./-rf '*'");
    expect(lineOf('mv {signer}.new {signer}', { signer: '-f' })).toBe('mv ./-f.new ./-f');
    const command = 'kubectl config use-context {context} --kubeconfig {path}';
    expect(lineOf(command, { context: '--kubeconfig=x', path: '/a.conf' })).toBe(
      'kubectl config use-context --kubeconfig /a.conf -- --kubeconfig=x',
    );
    expect(lineOf(command, { context: 'a', path: '/a.conf' })).toBe(
      'kubectl config use-context a --kubeconfig /a.conf',
    );
  });

  it('is not the path of a program in zsh', () => {
    expect(lineOf('kubectl config use-context {context} --kubeconfig {path}', { context: '=ls', path: '/a' })).toBe(
      "kubectl config use-context '=ls' --kubeconfig /a",
    );
  });

  it('is quoted for both shells on another machine', () => {
    const command = 'openssl pkey -in {signer} -pubout | ssh root@{each} {remote}';
    const remote = 'cat >> {otherVerifier}';
    expect(lineOf(command, { signer: '/a', each: 'cp-2', otherVerifier: '/sa.pub' }, remote)).toBe(
      "openssl pkey -in /a -pubout | ssh root@cp-2 'cat >> /sa.pub'",
    );
    expect(lineOf(command, { signer: '/a', each: 'cp-2', otherVerifier: '/a b' }, remote)).toBe(
      "openssl pkey -in /a -pubout | ssh root@cp-2 'cat >> '\\''/a b'\\'''",
    );
    expect(lineOf('ssh -n root@{other} ls -la {path}', { other: 'cp-2', path: '/a b' })).toBe(
      "ssh -n root@cp-2 ls -la ''\\''/a b'\\'''",
    );
  });

  it('is escaped for scp, which asks a shell or a pattern for it', () => {
    const command = 'scp -p root@{other}:{otherPath} {path}';
    expect(lineOf(command, { other: 'cp-2', otherPath: '/a b*', path: 'c:d' })).toBe(
      "scp -p 'root@cp-2:/a\\ b\\*' ./c:d",
    );
    expect(lineOf(command, { other: 'fd00::2', otherPath: '/a', path: '/a' })).toBe("scp -p 'root@[fd00::2]:/a' /a");
  });
});

describe('there is no command', () => {
  const left = 'a command is left out here, because';

  it.each(['/a\nb', '/a\u202eb', '/a\u200bb', '/a\ufffdb', '/a\ud800b', '/a\x1b[0m', '/a\\xff'])(
    'with the name %j',
    (path) => {
      expect(insteadOf('rm {files}', { files: ['/x', path] })).toMatch(
        `${left} it needs names that cannot be printed: /a`,
      );
      expect(insteadOfCommand(`rm '${path}'`)).toMatch(`${left} it needs names that cannot be printed: /a`);
    },
  );

  it.each(['-oProxyCommand=x', 'a b', '/mnt/cp-2', 'cp_2', '', 'cp-2:x', '$(x)'])('for the machine %j', (other) => {
    expect(insteadOf('scp root@{other}:{otherPath} {path}', { other, otherPath: '/a', path: '/a' })).toBe(
      `${left} ${inNote(other) || 'an empty text'} is not the name or the address of a machine`,
    );
  });

  it.each(['../etc/kubernetes/admin', 'CP-1', 'a b', '-x', ''])('for the node %j', (node) => {
    expect(insteadOf('install -m 600 /dev/null /root/{node}.conf', { node })).toBe(
      `${left} ${node || 'an empty text'} is not the name of a node`,
    );
  });

  it.each([
    ['chown {owner} {files}', { owner: '-R', files: ['/a'] }, '-R is not a user'],
    ['chmod {change} {path}', { change: '-R', path: '/a' }, '-R is not a mode'],
    ['systemctl status {component}', { component: '-H x' }, '-H x is not a plain word'],
    ['curl -s {health}', { health: '-o/x' }, '-o/x is not the URL of a server'],
    ['ls -la {path}', { path: '' }, 'an empty text is not a path'],
    [
      'sed -i {scripts} {backup}/{file}',
      { scripts: ['s|a|b|'], backup: '/b', file: '../x' },
      '../x is not the name of a file',
    ],
    [
      "find /etc -exec openssl verify {signed} ';'",
      { signed: '/a{}' },
      'find would replace the braces in /a\\x7b\\x7d',
    ],
  ])('for %s with a value of a different kind', (template, values, why) => {
    expect(insteadOf(template, values)).toBe(`${left} ${why}`);
  });

  it('if a part of it would be printed', () => {
    expect(
      insteadOf('rm {files}', { files: Array.from({ length: 100 }, (_, index) => `/${'a'.repeat(100)}${index}`) }),
    ).toBe(`${left} it is too long to print`);
  });
});

describe('a template is an error', () => {
  it.each([
    ["ssh root@{each} 'cat >> {otherVerifier}'", 'a placeholder inside of quotes'],
    ['sh -c "rm {path}"', 'a placeholder inside of quotes'],
    ['rm $HOME', 'something unknown'],
    ['rm `x`', 'something unknown'],
    ['a && b', 'something unknown'],
    ['a; b', 'something unknown'],
    ['rm  x', 'something unknown'],
    ['rm x ', 'something unknown'],
    ['rm {a,b}', 'something unknown'],
    ['echo $(x', 'something unknown'],
    ['> {path} rm x', 'something unknown'],
    ['rm {unheard}', 'no kind of {unheard}'],
    ['{path} x', '{path} must not be there'],
    ['rm {path}/{path}', '{path} must not be there'],
    ['rm a{files}', '{files} must not be there'],
    ['rm x > {files}', '{files} must not be there'],
    ['systemctl start {context}', '{context} must not be there'],
    ['ssh root@{other} x {context}', '{context} must not be there'],
    ['ssh {other} x', '{other} must not be there'],
    ['rm /x/{context}', '{context} must not be there'],
    ['ssh root@{other} {remote}', 'no command for {remote}'],
  ])('%s', (template, error) => {
    const values = {
      path: '/x',
      files: ['/x'],
      context: 'x',
      each: 'cp-2',
      other: 'cp-2',
      otherVerifier: '/x',
      unheard: 'x',
    };
    expect(() => fillCommand(template, values)).toThrow(error);
  });
});
