import type { QueryOperation } from "../protocol/query-xml.ts";
import { noSuchEntity, validationError } from "./errors.ts";
import { callersAccount, flag } from "./input.ts";
import type { PasswordPolicy } from "./model.ts";

const FLAGS = [
  "RequireSymbols",
  "RequireNumbers",
  "RequireUppercaseCharacters",
  "RequireLowercaseCharacters",
  "AllowUsersToChangePassword",
  "HardExpiry",
];

export const getAccountPasswordPolicy: QueryOperation = (_input, context) => {
  const policy = callersAccount(context).passwordPolicy;
  if (policy === null) throw noPolicy(context.caller?.account.id);
  return { PasswordPolicy: { ...policy, ExpirePasswords: policy["MaxPasswordAge"] !== undefined } };
};

/** UpdateAccountPasswordPolicy replaces the whole policy: what is left out falls back to its default. */
export const updateAccountPasswordPolicy: QueryOperation = (input, context) => {
  const flags = FLAGS.map((name) => [name, flag(input, name) ?? false] as const);
  const policy: PasswordPolicy = {
    MinimumPasswordLength: number(input, "MinimumPasswordLength", 6, 128) ?? 6,
    ...Object.fromEntries(flags),
    ...optional("MaxPasswordAge", number(input, "MaxPasswordAge", 1, 1095)),
    ...optional("PasswordReusePrevention", number(input, "PasswordReusePrevention", 1, 24)),
  };
  callersAccount(context).passwordPolicy = policy;
  return {};
};

export const deleteAccountPasswordPolicy: QueryOperation = (_input, context) => {
  const account = callersAccount(context);
  if (account.passwordPolicy === null) throw noPolicy(account.id);
  account.passwordPolicy = null;
  return {};
};

function noPolicy(account = ""): Error {
  return noSuchEntity(`The Password Policy with domain name ${account} cannot be found.`);
}

function number(input: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = input.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw validationError(
    `1 validation error detected: Value '${text}' at '${member}' failed to satisfy constraint: Member must have value from ${least} to ${most}`,
  );
}

function optional(name: string, value: number | undefined): PasswordPolicy {
  return value === undefined ? {} : { [name]: value };
}
