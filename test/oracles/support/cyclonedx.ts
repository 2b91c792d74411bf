/** CycloneDX's own schemas, as its library for JavaScript has them. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { inValidators } from './validators.ts';

const schema = (name: string): Record<string, unknown> =>
  JSON.parse(
    readFileSync(inValidators('@cyclonedx/cyclonedx-library/res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8'),
  );

/** Compiles CycloneDX's own schema of a version. The schemas that it refers to are known by their file names. */
function validatorOf(version: string): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  // Formats of names and addresses that are not used.
  for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    const { $id: _, ...known } = schema(name);
    ajv.addSchema(known, `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    ajv.addSchema(known, `http://cyclonedx.org/schema/${name}.schema.json`);
  }
  return ajv.compile(schema(`bom-${version}`));
}

/** The versions of the format whose schemas are asked. */
export const cyclonedxVersions: readonly string[] = ['1.6', '1.7'];

const validators = cyclonedxVersions.map((version) => [version, validatorOf(version)] as const);

/** Returns the errors of a document by each version of the schema, which the document names itself. */
export const cyclonedxErrors = (text: string): readonly string[] =>
  validators.flatMap(([version, validate]) => {
    const document = JSON.parse(text.replace('"specVersion": "1.6"', `"specVersion": "${version}"`));
    validate({ ...document, $schema: `http://cyclonedx.org/schema/bom-${version}.schema.json` });
    return (validate.errors ?? []).map(({ instancePath, message }) => `${version}: ${instancePath} ${message}`);
  });
