/** What an archive of a node has to have, for commands that make one. */
import { flagsFiles, type LayoutPlaces, pkiFolders } from './layout.ts';
import { isAtOrBelow } from './paths.ts';

/** Returns the paths that lint reads of a node. */
export function archivedPaths(places: LayoutPlaces): readonly string[] {
  const { home, kubelet, nodes, units, manifests, kubeconfigFolders } = places;
  const named = [
    ...pkiFolders(places),
    ...(manifests === undefined ? [] : [manifests]),
    ...kubeconfigFolders.map(({ folder }) => folder),
    ...nodes.flatMap(({ signs }) =>
      signs.flat().flatMap((mark) => ('path' in mark && !('absent' in mark) ? mark.path : [])),
    ),
    // Any unit may start a component of such a layout.
    ...(units.some(({ unit }) => unit === undefined) ? ['/etc/systemd/system'] : []),
  ];
  const outside = [...new Set(named)].filter((path) => !isAtOrBelow(path, home));
  return [home, ...outside, `${kubelet.folder}/${kubelet.settings[0]}`, ...flagsFiles(kubelet), kubelet.certificates];
}

/** Returns them as words for a shell: `/etc/kubernetes /var/lib/kubelet/config.yaml …`. */
export function pathsToArchive(places: LayoutPlaces): string {
  return archivedPaths(places).join(' ');
}

/** The files that lint reads and that contain no private key, in the folders of certificates and of manifests. */
const namesWithoutKeys = ['*.crt', '*.pem', '*.pub', '*.yaml', '*.env'];

/** What a file with a private key contains in PEM, and in the base64 of PEM that kubeconfigs have. */
const signsOfKeys = ['PRIVATE KEY', 'LS0tLS1CRUdJ'];

/**
 * Returns the lines of a command that prints an archive of what lint reads of a node, without private keys. It takes
 * only files with a name of a list, and of these only those in which sed finds no sign of a key: a file that it cannot
 * read is left out. Folders are in it for their modes. The format keeps exact times. It needs find, sed and tar of GNU,
 * and no quoting for the shell of ssh but single quotes around it.
 */
export function archiveWithoutKeys(places: LayoutPlaces): readonly string[] {
  const { manifests, kubelet } = places;
  const { folder, settings, certificates, selfSigned } = kubelet;
  const folders = [...pkiFolders(places), ...(manifests === undefined ? [] : [manifests])];
  const names = namesWithoutKeys.map((name) => `-name "${name}"`).join(' -o ');
  const stops = signsOfKeys.map((sign) => `/${sign}/q1`).join('; ');
  return [
    `sudo find ${folders.join(' ')} ${folder}/${settings[0]} \\`,
    `  ${[...flagsFiles(kubelet), `${certificates}/${selfSigned.certificate}`].join(' ')} \\`,
    `  \\( -type d -o \\( ${names} \\) \\`,
    `  \\( -type l -o -type f -exec sed -n "${stops}" {} \\; \\) \\) -print0 |`,
    '  sudo tar c --format=posix --no-recursion --null -T -',
  ];
}
