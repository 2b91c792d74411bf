/** The script that prints the objects of a cluster which are judged, and nothing that is secret. */
import {
  type PrintedFields,
  type PrintedShape,
  printedAnnotations,
  printedKeys,
  printedPartly,
  printedWhole,
} from '../../tables/dumped-objects.ts';

const words = (all: readonly string[]): string => all.map((one) => `"${one}"`).join(' ');

/** A template of Go that prints fields as YAML. What is not there is left out. */
function fieldsTemplate(fields: PrintedFields, indent: string): string {
  return Object.entries(fields)
    .map(([name, shape]) => `{{with .${name}}}\n${indent}${name}:${valueTemplate(shape, indent)}{{end}}`)
    .join('');
}

function valueTemplate(shape: PrintedShape, indent: string): string {
  if (shape === 'text') return ' {{printf "%q" .}}';
  if (shape === 'plain') return ' {{.}}';
  if (shape === 'texts') return `{{range .}}\n${indent}- {{printf "%q" .}}{{end}}`;
  if (shape === 'map') return `{{range $k, $v := .}}\n${indent}  {{printf "%q: %q" $k $v}}{{end}}`;
  if (isListShape(shape)) return `{{range .}}\n${indent}-${fieldsTemplate(shape[0], `${indent}  `)}{{end}}`;
  return fieldsTemplate(shape, `${indent}  `);
}

const isListShape = (shape: readonly [PrintedFields] | PrintedFields): shape is readonly [PrintedFields] =>
  Array.isArray(shape);

const metadata: PrintedFields = {
  name: 'text',
  namespace: 'text',
  uid: 'text',
  creationTimestamp: 'text',
  deletionTimestamp: 'text',
  labels: 'map',
  ownerReferences: [{ kind: 'text', name: 'text' }],
};

const head = `---
apiVersion: {{.apiVersion}}
kind: {{.kind}}
metadata:{{with .metadata}}${fieldsTemplate(metadata, '  ')}{{with .annotations}}
  annotations:{{range $k, $v := .}}{{if eq $k ${words(printedAnnotations)}}}
    {{printf "%q: %q" $k $v}}{{end}}{{end}}{{end}}{{end}}`;

/** A shell has `head` as a variable of this name. */
const listOf = (fields: PrintedFields): string => `{{range .items}}'"$head"'${fieldsTemplate(fields, '')}\n{{end}}`;

/** A certificate is in a line that begins with `pem`, as the program below expects it. */
const secrets = `{{range .items}}{{$s := .}}{{$new := true}}{{range $k, $v := .data}}{{if eq $k ${words(printedKeys)}}}{{if $new}}${secretHead()}{{$new = false}}{{end}}
pem {{$k}} {{printf "%q" (base64decode $v)}}{{end}}{{end}}{{if eq .type "bootstrap.kubernetes.io/token"}}${secretHead()}{{with index .data "expiration"}}
  expiration: {{printf "%q" (base64decode .)}}{{end}}
  usage-bootstrap-signing: {{with index .data "usage-bootstrap-signing"}}{{printf "%q" (base64decode .)}}{{else}}"false"{{end}}{{end}}
{{end}}`;

function secretHead(): string {
  return `{{with $s}}'"$head"'\ntype: {{printf "%q" .type}}{{if .immutable}}\nimmutable: true{{end}}\nstringData:{{end}}`;
}

/**
 * A program of awk. Of the PEM in Secrets it prints certificates and public keys. Elsewhere it replaces private keys,
 * and what follows names such as `token:`, which may be in a ConfigMap by mistake.
 */
const filter = String.raw`
/^pem / {
  count = split(substr($0, index($0, "\"") + 1), lines, "\\\\n")
  kept = block = ""
  for (i = 1; i <= count; i++) {
    line = lines[i]
    sub(/[ \t]*(\\[rt])*"?$/, "", line)
    if (line ~ /^-----BEGIN (CERTIFICATE|PUBLIC KEY)-----$/) block = line
    else if (block == "") continue
    else if (line ~ /^-----END (CERTIFICATE|PUBLIC KEY)-----$/) { kept = kept block "\\n" line "\\n"; block = "" }
    else if (line ~ /^[A-Za-z0-9+\/=]+$/) block = block "\\n" line
    else block = ""
  }
  print "  " $2 ": \"" kept "\""
  next
}
{
  gsub(/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^"]*-----END [A-Z0-9 ]*PRIVATE KEY-----/, "left out")
}
key { if (/-----END [A-Z0-9 ]*PRIVATE KEY-----/) key = 0; next }
sub(/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*/, "left out") { key = 1 }
{
  gsub(/(token|password|client-key-data): *[^ \\{]+/, "left-out: x")
  gsub(/LS0tLS1CRUdJTi(BQUklW|BSU0EgUFJJV|BFQyBQUklW|BFTkNSWVBURU)[A-Za-z0-9+\/=]*/, "bGVmdCBvdXQK")
  print
}`;

/** What users of the script have to know. */
export const listsSecrets =
  'kubectl gets whole Secrets, with their keys, to the machine that runs the script; only certificates are printed';

/** Returns a script for a POSIX shell. `KUBECTL` may name another program, with options. */
export function dumpScript(): string {
  return `#!/bin/sh
# Prints the objects of a cluster that pki-lint judges: sh THIS > objects.yaml
# ${listsSecrets}.
# KUBECTL="kubectl --context prod" before sh chooses another cluster.
{
k=\${KUBECTL:-kubectl}
have=" $($k api-resources --verbs=list -o name | tr '\\n' ' ') "
# Sets kinds to those of the given ones that the cluster has: an unknown one would fail the whole call.
choose() {
  kinds=
  for kind; do
    case $have in *" $kind "*) kinds=$kinds\${kinds:+,}$kind ;; esac
  done
  [ -n "$kinds" ]
}
head='${head}'
dump() {
  choose ${printedWhole.join(' ')} && $k get "$kinds" -A -o yaml
  for of in \\
    '-n kube-public configmaps/cluster-info' \\
    '-n kube-system configmaps/kubeadm-config' \\
    '-n kube-system configmaps/kubelet-config' \\
    '-n kube-system configmaps/kube-proxy' \\
    '-n kube-system configmaps/extension-apiserver-authentication' \\
    '-n kube-system leases.coordination.k8s.io/kube-controller-manager' \\
    '-n kube-system leases.coordination.k8s.io/kube-scheduler' \\
    '-A configmaps --field-selector metadata.name=kube-root-ca.crt'
  do
    echo ---
    $k get $of --ignore-not-found -o yaml
  done
${Object.entries(printedPartly)
  .map(([names, fields]) => `choose ${names} && $k get "$kinds" -A -o go-template='${listOf(fields)}'`)
  .join('\n')}
$k get secrets -A --field-selector type!=helm.sh/release.v1 -o go-template='${secrets}'
}
# An API server that answers lists some, also where an aggregated API is down.
if [ "$have" = "  " ]; then
  echo 'no objects were read: kubectl does not reach the API server' >&2
  false
else
  dump | LC_ALL=C awk '${filter}'
fi
} </dev/null
`;
}
