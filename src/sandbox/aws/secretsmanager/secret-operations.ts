import { AwsError } from "../aws-error.ts";
import { uniqueId } from "../identifiers.ts";
import type { JsonInput, JsonOperation } from "../protocol/json.ts";
import { signedCaller } from "../protocol/signed-caller.ts";
import { invalidParameter, invalidRequest, requiredText, tags, text } from "./input.ts";
import type { Secret, SecretVersion } from "./model.ts";
import { existingSecret, givenVersion, namedSecret, seconds, secretsOf, stagesOf } from "./secrets.ts";

const DAY_MS = 86_400_000;

/** CreateSecret: a new secret, with or without a first value. */
export const createSecret: JsonOperation = (input, context) => {
  const { account } = signedCaller(context);
  const name = requiredText(input, "Name");
  if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
    throw invalidParameter("Invalid name. Must be a valid name containing alphanumeric characters, or any of -/_+=.@");
  }
  const version = givenVersion(input, context.now);
  account.secrets = [...secretsOf(account, context.now)];
  const old = account.secrets.find((secret) => secret.name === name);
  if (old !== undefined) return repeated(old, version);
  const secret: Secret = {
    arn: `arn:aws:secretsmanager:${context.state.data.region}:${account.id}:secret:${name}-${uniqueId("", 6)}`,
    name,
    description: text(input, "Description") ?? "",
    tags: tags(input),
    createdAt: context.now.getTime(),
    changedAt: context.now.getTime(),
    deletion: null,
    versions: version === undefined ? [] : [{ ...version, stages: ["AWSCURRENT"] }],
  };
  account.secrets.push(secret);
  return created(secret, version);
};

function created(secret: Secret, version: SecretVersion | undefined): JsonInput {
  return { ARN: secret.arn, Name: secret.name, ...(version === undefined ? {} : { VersionId: version.id }) };
}

/** The same token with the same value is the same call come twice. */
function repeated(old: Secret, version: SecretVersion | undefined): JsonInput {
  if (old.deletion !== null) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const first = old.versions.find(({ id }) => id === version?.id);
  if (first !== undefined && first.text === version?.text && first.binary === version.binary) {
    return created(old, version);
  }
  const message = `The operation failed because the secret ${old.name} already exists.`;
  throw new AwsError("ResourceExistsException", 400, message);
}

export const describeSecret: JsonOperation = (input, context) => described(existingSecret(input, context));

/** ListSecrets: those in use, and with IncludePlannedDeletion the others too. */
export const listSecrets: JsonOperation = (input, context) => {
  const all = secretsOf(signedCaller(context).account, context.now);
  const shown = all.filter(({ deletion }) => deletion === null || input["IncludePlannedDeletion"] === true);
  return { SecretList: shown.map(described) };
};

function described(secret: Secret): JsonInput {
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description === "" ? {} : { Description: secret.description }),
    CreatedDate: seconds(secret.createdAt),
    LastChangedDate: seconds(secret.changedAt),
    ...(secret.deletion === null ? {} : { DeletedDate: seconds(secret.deletion.askedAt) }),
    Tags: secret.tags,
    VersionIdsToStages: stagesOf(secret),
  };
}

/** DeleteSecret: ends the secret after a recovery window of 7 to 30 days, or at once and for good. */
export const deleteSecret: JsonOperation = (input, context) => {
  const { account } = signedCaller(context);
  const days = input["RecoveryWindowInDays"];
  const force = input["ForceDeleteWithoutRecovery"] === true;
  if (force && days !== undefined) {
    throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  const wanted = typeof days === "number" ? days : 30;
  if (!Number.isInteger(wanted) || wanted < 7 || wanted > 30) {
    throw invalidParameter("RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  }
  const now = context.now.getTime();
  if (force) {
    // AWS reports no error for a secret that is missing already.
    const gone = namedSecret(input, context);
    account.secrets = account.secrets.filter((secret) => secret !== gone);
    const named = gone === undefined ? { Name: requiredText(input, "SecretId") } : { ARN: gone.arn, Name: gone.name };
    return { ...named, DeletionDate: seconds(now) };
  }
  const secret = existingSecret(input, context);
  if (secret.deletion !== null) {
    throw invalidRequest("You tried to perform the operation on a secret that's currently marked deleted.");
  }
  secret.deletion = { askedAt: now, endsAt: now + wanted * DAY_MS };
  return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(secret.deletion.endsAt) };
};

/** RestoreSecret: takes a deletion back while its window is open. */
export const restoreSecret: JsonOperation = (input, context) => {
  const secret = existingSecret(input, context);
  secret.deletion = null;
  return { ARN: secret.arn, Name: secret.name };
};
