/**
 * The validator of the schema. The build replaces this file by the code that ajv generates
 * (scripts/policy-validator.mjs), so that the program contains neither ajv nor the time that it needs; from source, ajv
 * compiles the same schema when it is loaded.
 */
import { Ajv, type ErrorObject } from 'ajv';
import schema from '../../rules/schema/config.schema.json' with { type: 'json' };

/** `verbose`: errors contain the keywords next to the one that failed, which have the names to choose from. */
const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, strictTypes: false, formats: { date: true } });

export const validate: ((value: unknown) => boolean) & { errors?: readonly ErrorObject[] | null } = ajv.compile(schema);

/** `*`, the groups, and the ids of all rules, which the schema lists. */
export const ruleNames: readonly string[] = schema.definitions.RulePattern.anyOf.flatMap((one) => one.enum ?? []);
