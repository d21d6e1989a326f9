import type { QueryOperation } from "../protocol/query-xml.ts";
import type { CallContext } from "../service.ts";
import { limitExceeded, noSuchEntity, validationError } from "./errors.ts";
import { namedOrCalling } from "./identities.ts";
import { callersAccount, required } from "./input.ts";
import { newKey } from "./make.ts";
import type { AccessKey } from "./model.ts";

const MOST_KEYS = 2;

/** CreateAccessKey: the only answer that ever shows the secret key. */
export const createAccessKey: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const user = namedOrCalling(input, context);
  if (account.keys.filter((key) => key.user === user.name).length >= MOST_KEYS) {
    throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${MOST_KEYS}`);
  }
  const key = newKey(user.name, context.now);
  account.keys.push(key);
  return { AccessKey: { ...keyXml(key), SecretAccessKey: key.secretAccessKey } };
};

export const listAccessKeys: QueryOperation = (input, context) => {
  const user = namedOrCalling(input, context);
  const keys = callersAccount(context).keys.filter((key) => key.user === user.name);
  return { AccessKeyMetadata: { member: keys.map(keyXml) }, IsTruncated: false };
};

export const updateAccessKey: QueryOperation = (input, context) => {
  const key = userKey(input, context);
  const status = required(input, "Status");
  if (status !== "Active" && status !== "Inactive") {
    throw validationError(
      `1 validation error detected: Value '${status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]`,
    );
  }
  key.status = status;
  return {};
};

export const deleteAccessKey: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const key = userKey(input, context);
  account.keys = account.keys.filter((other) => other !== key);
  return {};
};

/** GetAccessKeyLastUsed: `N/A` and no date for a key that was never used since this process started. */
export const getAccessKeyLastUsed: QueryOperation = (input, context) => {
  const id = required(input, "AccessKeyId");
  const key = callersAccount(context).keys.find((candidate) => candidate.accessKeyId === id);
  // AWS does not tell a key of another account from one that does not exist.
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  const use = context.state.keyUses.get(id);
  return {
    UserName: key.user,
    AccessKeyLastUsed: {
      LastUsedDate: use?.time,
      ServiceName: use?.service ?? "N/A",
      Region: use?.region ?? "N/A",
    },
  };
};

function userKey(input: URLSearchParams, context: CallContext): AccessKey {
  const user = namedOrCalling(input, context);
  const id = required(input, "AccessKeyId");
  const key = callersAccount(context).keys.find(
    (candidate) => candidate.accessKeyId === id && candidate.user === user.name,
  );
  if (key !== undefined) return key;
  throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
}

function keyXml(key: AccessKey) {
  return { UserName: key.user, AccessKeyId: key.accessKeyId, Status: key.status, CreateDate: key.createdAt };
}
