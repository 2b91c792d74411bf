/** The release of a component is that of its own image, if it shows one. */
import { describe, expect, it } from 'vitest';
import type { Component } from '../src/artifact/component.ts';
import { releaseOfComponent } from '../src/model/facts/own-release.ts';

const place = { path: '/etc/kubernetes/manifests/a.yaml' };

const component = (name: string, image: string | undefined): Component => ({
  name,
  image,
  arguments: [],
  mounts: [],
  at: place,
});

const node = (source: string, upgraded = false) => ({
  facts: { kubernetesVersion: { value: '1.28.5', source, disagreeing: [] } },
  judging: upgraded ? { upgraded } : {},
});

const ofImage = (name: string, image: string | undefined) =>
  releaseOfComponent(component(name, image), node('image of kube-apiserver'));

const digest = `sha256:${'a'.repeat(64)}`;

describe('kube-scheduler in a cluster of 1.28.5', () => {
  it.each([
    ['registry.k8s.io/kube-scheduler:v1.27.9', '1.27.9'],
    ['k8s.gcr.io/kube-scheduler-amd64:v1.12.3', '1.12.3'],
    ['docker.io/hubimage/registry-k8s-io-kube-scheduler:v1.29.2', '1.29.2'],
    ['rancher/hyperkube:v1.24.17-rancher1', '1.24.17'],
    ['rancher/hardened-kubernetes:v1.28.4-rke2r1-build20231116', '1.28.4'],
    ['registry.k8s.io/scheduler-plugins/kube-scheduler:v0.23.10', '1.23.10'],
    [`registry.k8s.io/kube-scheduler@${digest}`, '1.28.5'],
    ['registry.example:5000/kube-scheduler', '1.28.5'],
    [undefined, '1.28.5'],
    ['localhost:5000/scheduler-plugins/kube-scheduler:latest', undefined],
    ['x/scheduler-plugins-kube-scheduler:v20230510-v0.25.7', undefined],
    ['registry.example/kube-scheduler:0.3.1', undefined],
    ['registry.example/kube-scheduler:1.0.3', undefined],
    ['docker.io/gocrane/crane-scheduler:0.0.20', undefined],
    ['docker.io/example/qos-scheduler:1.27.0', undefined],
  ])('%s', (image, release) => {
    expect(ofImage('kube-scheduler', image)).toBe(release);
  });
});

describe('the release of the node', () => {
  it('is that of kube-apiserver and the kubelet', () => {
    const image = 'registry.k8s.io/kube-apiserver:v1.27.9';
    expect(['kube-apiserver', 'kubelet'].map((name) => ofImage(name, image))).toEqual(['1.28.5', '1.28.5']);
  });

  it('is that of all, if it was given or is the one after an upgrade', () => {
    const scheduler = component('kube-scheduler', 'docker.io/gocrane/crane-scheduler:0.0.20');
    const nodes = [node('--kubernetes-version'), node('--target-version', true)];
    expect(nodes.map((one) => releaseOfComponent(scheduler, one))).toEqual(['1.28.5', '1.28.5']);
  });
});
