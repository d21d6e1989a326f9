import { AwsError } from "../aws-error.ts";
import type { JsonInput, JsonOperation } from "../protocol/json.ts";
import { invalidParameter, list, requiredText, text } from "./input.ts";
import type { Secret, SecretVersion } from "./model.ts";
import { givenVersion, moveStage, seconds, usableSecret } from "./secrets.ts";

/** PutSecretValue: a new version with the given stages, AWSCURRENT when none is named. */
export const putSecretValue: JsonOperation = (input, context) => {
  const secret = usableSecret(input, context);
  const made = givenVersion(input, context.now);
  if (made === undefined) throw invalidParameter("You must provide either SecretString or SecretBinary.");
  const stages = list(input, "VersionStages").map(String);
  const version = keepOnce(secret, made);
  if (version === made) {
    for (const stage of stages.length > 0 ? stages : ["AWSCURRENT"]) moveStage(secret, stage, version);
    secret.changedAt = context.now.getTime();
  }
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
};

/** The version kept under that id: a repeated call gives the first one again, another value is refused. */
function keepOnce(secret: Secret, made: SecretVersion): SecretVersion {
  const old = secret.versions.find(({ id }) => id === made.id);
  if (old === undefined) {
    secret.versions.push(made);
    return made;
  }
  if (old.text === made.text && old.binary === made.binary) return old;
  throw new AwsError(
    "ResourceExistsException",
    400,
    "You can't use ClientRequestToken because that value is already in use for a version of this secret.",
  );
}

/** GetSecretValue: by version id, by stage, or AWSCURRENT. */
export const getSecretValue: JsonOperation = (input, context) => {
  const secret = usableSecret(input, context);
  const version = wantedVersion(secret, input);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: version.stages,
    CreatedDate: seconds(version.createdAt),
    ...(version.text === null ? { SecretBinary: version.binary } : { SecretString: version.text }),
  };
};

function wantedVersion(secret: Secret, input: JsonInput): SecretVersion {
  const id = text(input, "VersionId");
  const stage = text(input, "VersionStage") ?? (id === undefined ? "AWSCURRENT" : undefined);
  const found = secret.versions.find(
    (version) => (id ?? version.id) === version.id && (stage === undefined || version.stages.includes(stage)),
  );
  if (found !== undefined) return found;
  const what = id === undefined ? `staging label: ${stage ?? ""}` : `VersionId: ${id}`;
  throw new AwsError(
    "ResourceNotFoundException",
    400,
    `Secrets Manager can't find the specified secret value for ${what}`,
  );
}

/** UpdateSecretVersionStage: moves, adds or removes one stage; a stage in use must be named where it is taken from. */
export const updateSecretVersionStage: JsonOperation = (input, context) => {
  const secret = usableSecret(input, context);
  const stage = requiredText(input, "VersionStage");
  const to = versionNamed(secret, text(input, "MoveToVersionId"));
  const from = versionNamed(secret, text(input, "RemoveFromVersionId"));
  const holder = secret.versions.find((version) => version.stages.includes(stage));
  if (from !== undefined && from !== holder) {
    throw invalidParameter(`The staging label ${stage} is not attached to version ${from.id}.`);
  }
  if (to === undefined && from === undefined) {
    throw invalidParameter("You must specify RemoveFromVersionId or MoveToVersionId.");
  }
  if (from === undefined && holder !== undefined && holder !== to) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ` +
        `${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (to === undefined && stage === "AWSCURRENT") throw invalidParameter("You can't remove AWSCURRENT, only move it.");
  moveStage(secret, stage, to);
  secret.changedAt = context.now.getTime();
  return { ARN: secret.arn, Name: secret.name };
};

function versionNamed(secret: Secret, id: string | undefined): SecretVersion | undefined {
  if (id === undefined) return undefined;
  const version = secret.versions.find((candidate) => candidate.id === id);
  if (version !== undefined) return version;
  throw new AwsError("ResourceNotFoundException", 400, `Secrets Manager can't find the specified version ${id}.`);
}
