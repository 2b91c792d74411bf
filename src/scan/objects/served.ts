/** Reads what uses Secrets, or has them filled: Services, workloads, Ingresses, Gateways, Certificates. */
import type { ManagedCertificate, ServiceObject, TlsFront, Workload } from '../../artifact/objects/cluster-objects.ts';
import { getItems, getNode } from '../parse/yaml-node.ts';
import { conditionsAt, listAt, type ReadObject, scalarAt, textsAt, timeAt } from './object.ts';

/** Returns a Service. */
export function readService({ meta, node }: ReadObject): ServiceObject {
  const ports = getItems(node, 'spec', 'ports').map((port) => Number(scalarAt(port, 'port')));
  const addresses = [scalarAt(node, 'spec', 'clusterIP') ?? [], listAt(node, 'spec', 'clusterIPs')].flat();
  return { meta, selector: textsAt(node, 'spec', 'selector'), ports, addresses: [...new Set(addresses)] };
}

/** Returns a Deployment, a StatefulSet or a DaemonSet, or a pod, which is its own template. */
export function readWorkload({ meta, node }: ReadObject): Workload {
  const template = meta.kind === 'Pod' ? node : getNode(node, 'spec', 'template');
  const secrets = getItems(template, 'spec', 'volumes').flatMap((volume) => [
    scalarAt(volume, 'secret', 'secretName') ?? [],
    getItems(volume, 'projected', 'sources').flatMap((source) => scalarAt(source, 'secret', 'name') ?? []),
  ]);
  return { meta, podLabels: textsAt(template, 'metadata', 'labels'), secrets: secrets.flat() };
}

/** Returns a Certificate of cert-manager. */
export function readManagedCertificate({ meta, node }: ReadObject): ManagedCertificate {
  return {
    meta,
    secretName: scalarAt(node, 'spec', 'secretName') ?? '',
    conditions: conditionsAt(node),
    renewal: timeAt(node, 'status', 'renewalTime'),
    notAfter: timeAt(node, 'status', 'notAfter'),
  };
}

/** Returns the Secrets that an Ingress names, with the hosts for which each is. */
export function readIngress({ meta, node, placeOf }: ReadObject): readonly TlsFront[] {
  return getItems(node, 'spec', 'tls').flatMap((tls, index) => {
    const name = scalarAt(tls, 'secretName') ?? '';
    const secret = { namespace: meta.namespace, name };
    return name === '' ? [] : [{ meta, at: placeOf(tls, `spec.tls[${index}]`), secret, hosts: listAt(tls, 'hosts') }];
  });
}

/** Returns the Secrets that the listeners of a Gateway name. */
export function readGateway({ meta, node, placeOf }: ReadObject): readonly TlsFront[] {
  return getItems(node, 'spec', 'listeners').flatMap((listener, index) =>
    getItems(listener, 'tls', 'certificateRefs').flatMap((one) => {
      if ((scalarAt(one, 'kind') ?? 'Secret') !== 'Secret') return [];
      const secret = { namespace: scalarAt(one, 'namespace') ?? meta.namespace, name: scalarAt(one, 'name') ?? '' };
      const host = scalarAt(listener, 'hostname');
      return [
        { meta, at: placeOf(one, `spec.listeners[${index}].tls`), secret, hosts: host === undefined ? [] : [host] },
      ];
    }),
  );
}
