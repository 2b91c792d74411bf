/** The script that prints the objects of a cluster which are judged: the fields that tables list, and nothing else. */
import {
  furtherFlags,
  leaseFields,
  type PrintedFields,
  type PrintedShape,
  printedAnnotations,
  printedConfigMaps,
  printedKeys,
  printedKinds,
  printedLeases,
} from '../../tables/dumped-objects.ts';
import { argumentRows } from '../../tables/tables.ts';

const words = (all: readonly string[]): string => all.map((one) => `"${one}"`).join(' ');

/** Says what the program below does with a text: no value begins like this, as all are quoted. */
const marks = { text: '', url: '!url ', certificates: '!pem ' };

/** A template of Go that prints fields as YAML. What is not there is left out. */
function fieldsTemplate(fields: PrintedFields, indent: string): string {
  return Object.entries(fields)
    .map(([name, shape]) => `{{with .${name}}}\n${indent}${name}:${valueTemplate(shape, indent)}{{end}}`)
    .join('');
}

function valueTemplate(shape: PrintedShape, indent: string): string {
  if (shape === 'text' || shape === 'url' || shape === 'certificates') return ` ${marks[shape]}{{printf "%q" .}}`;
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

/** What ConfigMaps have, as the program below expects it. */
const configMaps = `{{range .items}}{{$m := .metadata}}'"$head"'\ndata:{{range $k, $v := .data}}
text {{if ne $m.name "kube-root-ca.crt"}}{{$m.namespace}}{{else}}*{{end}} {{$m.name}} {{$k}} {{printf "%q" $v}}{{end}}\n{{end}}`;

/** The same for Secrets. Of these, only certificates are printed. */
const secrets = `{{range .items}}{{$s := .}}{{$new := true}}{{range $k, $v := .data}}{{if eq $k ${words(printedKeys)}}}{{if $new}}${secretHead()}{{$new = false}}{{end}}
pem {{$k}} {{printf "%q" (base64decode $v)}}{{end}}{{end}}{{if eq .type "bootstrap.kubernetes.io/token"}}${secretHead()}{{with index .data "expiration"}}
  expiration: {{printf "%q" (base64decode .)}}{{end}}
  usage-bootstrap-signing: {{with index .data "usage-bootstrap-signing"}}{{printf "%q" (base64decode .)}}{{else}}"false"{{end}}{{end}}
{{end}}`;

function secretHead(): string {
  return `{{with $s}}'"$head"'\ntype: {{printf "%q" .type}}{{if .immutable}}\nimmutable: true{{end}}\nstringData:{{end}}`;
}

const isFields = (what: unknown): what is readonly string[] => Array.isArray(what);

/** What is known of ConfigMaps, as statements of awk. */
const knownFields = Object.entries(printedConfigMaps)
  .flatMap(([name, keys]) =>
    Object.entries(keys).map(
      ([key, what]) => `known["${name} ${key}"] = "${isFields(what) ? ` ${what.join(' ')} ` : what}"`,
    ),
  )
  .join('\n  ');

const storedFlags = [...new Set([...argumentRows.map(({ flag }) => flag), ...furtherFlags])];

/** A bootstrap token in awk, some of which know no `{6}`. */
const token = `${'[a-z0-9]'.repeat(6)}[.]${'[a-z0-9]'.repeat(16)}|eyJ`;

/**
 * A program of awk. Of PEM it prints certificates, requests and public keys, of URLs what is before the path, and of
 * YAML in ConfigMaps the known fields, if their values are plain. Where the YAML is not written the way programs write
 * it, all of it is left out.
 */
const filter = String.raw`
BEGIN {
  letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i
  left = "# left out: it may be secret"
  ${knownFields}
  flags = " ${storedFlags.join(' ')} "
}
# Bytes of base64. Some awks have no powers, and a byte of zero may end a text.
function decoded(text,    out, i, j, at, bits) {
  for (i = 1; i <= length(text); i += 4) {
    bits = 0
    for (j = 0; j < 4; j++) {
      at = index(letters, substr(text, i + j, 1))
      bits = bits * 64 + (at ? at - 1 : 0)
    }
    out = out sprintf("%c%c%c", int(bits / 65536), int(bits / 256) % 256, bits % 256)
  }
  return out
}
function encoded(text,    out, i, bits) {
  for (i = 1; i <= length(text); i += 3) {
    bits = code[substr(text, i, 1)] * 65536 + code[substr(text, i + 1, 1)] * 256 + code[substr(text, i + 2, 1)]
    out = out substr(letters, int(bits / 262144) + 1, 1) substr(letters, int(bits / 4096) % 64 + 1, 1) \
      substr(letters, int(bits / 64) % 64 + 1, 1) substr(letters, bits % 64 + 1, 1)
  }
  if (length(text) % 3) out = substr(out, 1, length(out) - 3 + length(text) % 3) substr("==", length(text) % 3)
  return out
}
# What of some lines is public.
function public(text, end,    lines, count, i, line, kept, block) {
  count = split(text, lines, "\n")
  for (i = 1; i <= count; i++) {
    line = lines[i]
    sub(/[ \t\r]*$/, "", line)
    if (line ~ /^-----BEGIN (CERTIFICATE|CERTIFICATE REQUEST|PUBLIC KEY)-----$/) block = line
    else if (block == "") continue
    else if (line ~ /^-----END (CERTIFICATE|CERTIFICATE REQUEST|PUBLIC KEY)-----$/) { kept = kept block end line end; block = "" }
    else if (line ~ /^[A-Za-z0-9+\/=]+$/) block = block end line
    else block = ""
  }
  return kept
}
# The same of PEM in base64. Programs write a few blanks where another fills in a bundle.
function publicOf(text,    kept) {
  if (length(text) < 5) return text
  kept = public(decoded(text), "\n")
  return kept == "" ? "bGVmdCBvdXQK" : encoded(kept)
}
# A URL up to its path, without user information.
function host(url) {
  sub(/:\/\/.*@/, "://left-out@", url)
  return match(url, /^https?:\/\/(left-out@)?([A-Za-z0-9.-]+|\[[A-Fa-f0-9:.]+\])(:[0-9]+)?/) ? substr(url, 1, RLENGTH) : ""
}
# A text that printf has quoted, without its quotes. Of escapes, it has newlines, quotes and blanks.
function unquoted(text) {
  text = substr(text, 2, length(text) - 2)
  gsub(/\\\\/, "\001", text)
  gsub(/\\n/, "\n", text)
  gsub(/\\r/, "\r", text)
  gsub(/\\t/, "\t", text)
  gsub(/\\"/, "\"", text)
  return text
}
# The known fields of YAML; "" if it is written in another way.
function fields(text, names,    lines, count, i, line, out, at, item, key, value, skipped, flag, flagAt, args) {
  skipped = args = flagAt = -1
  count = split(text, lines, "\n")
  for (i = 1; i <= count; i++) {
    line = lines[i]
    match(line, /^ */)
    at = RLENGTH
    item = substr(line, at + 1) ~ /^- /
    if (line ~ /^ *(#.*)?$/ || line == "---" || (skipped >= 0 && (at > skipped || (at == skipped && item)))) continue
    skipped = -1
    if (args >= 0 && (at < args || (at == args && !item))) args = -1
    out = out substr(line, 1, at)
    line = substr(line, at + 1)
    if (item) {
      match(line, /^- +/)
      flagAt = -1
      out = out substr(line, 1, RLENGTH)
      at += RLENGTH
      line = substr(line, RLENGTH + 1)
      if (line ~ /^"?[A-Za-z0-9.:*-]+"?$/ && line !~ /${token}/) { out = out line "\n"; continue }
    }
    if (line !~ /^[A-Za-z][A-Za-z0-9-]*:( |$)/) return ""
    key = substr(line, 1, index(line, ":") - 1)
    value = substr(line, length(key) + 3)
    if (args >= 0 && key == "name" && at > args) { flag = value; flagAt = at; value = "" }
    if (args >= 0 && key == "value" && flagAt != at) return ""
    if (args < 0 ? !index(names, " " key " ") : !index(flags, " " (key ~ /^(name|value)$/ ? flag : key) " ")) {
      if (key == "value") continue
      skipped = at
      out = out (item ? "left-out:" : "# left out") "\n"
      continue
    }
    if (key == "extraArgs") args = at
    if (key == "name" && flagAt == at) value = flag
    if (key == "server") value = host(value)
    else if (key == "certificate-authority-data") value = publicOf(value)
    else if (value !~ /^("[A-Za-z0-9.:\/*,_@-]*"|[A-Za-z0-9.:\/*,_@-]*|\{\}|\[\])$/ || value ~ /${token}/) return ""
    out = out key ": " value "\n"
  }
  return out ~ /:/ ? out : out "{}"
}
/^text / {
  what = known[$2 " " $3 " " $4]
  text = unquoted(substr($0, index($0, "\"")))
  value = ""
  if (what == "certificates") value = public(text, "\n")
  else if (what == "names" && text ~ /^\[("[A-Za-z0-9.:-]+",?)*\]$/) value = text
  else if (what != "") value = fields(text, what)
  else if ($4 !~ /^jws-kubeconfig-[a-z0-9]+$/) next
  if (what != "" && what != "certificates" && value == "") { print "  # " $4; print "  " left; next }
  count = split(value, lines, "\n")
  printf "  %s: \"", $4
  for (i = 1; i <= count; i++) {
    parts = split(lines[i], part, "\"")
    for (j = 1; j <= parts; j++) printf "%s%s", (j > 1 ? "\\\"" : ""), part[j]
    if (i < count) printf "\\n"
  }
  print "\""
  next
}
/^pem / { print "  " $2 ": \"" public(unquoted(substr($0, index($0, "\""))), "\\n") "\""; next }
/^ *(- )?[A-Za-z]+: !pem "/ {
  at = index($0, "!pem ")
  print substr($0, 1, at - 1) "\"" publicOf(unquoted(substr($0, at + 5))) "\""
  next
}
/^ *(- )?[A-Za-z]+: !url "/ {
  at = index($0, "!url ")
  print substr($0, 1, at - 1) "\"" host(unquoted(substr($0, at + 5))) "\""
  next
}
{ print }`;

/** What users of the script have to know. */
export const listsSecrets =
  'kubectl gets whole Secrets, with their keys, to the machine that runs the script; only certificates are printed';

/** Returns how kubectl selects a ConfigMap. A list that is empty is no error. */
function selected(of: string): string {
  const [namespace = '', name] = of.split(' ');
  return `'${namespace === '*' ? '-A' : `-n ${namespace}`} --field-selector metadata.name=${name}'`;
}

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
  for of in ${Object.keys(printedConfigMaps).map(selected).join(' ')}; do
    $k get configmaps $of -o go-template='${configMaps}'
  done
  for of in ${printedLeases.join(' ')}; do
    $k get leases.coordination.k8s.io -n kube-system --field-selector metadata.name=$of -o go-template='${listOf(leaseFields)}'
  done
${Object.entries(printedKinds)
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
