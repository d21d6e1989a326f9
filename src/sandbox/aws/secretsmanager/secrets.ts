import { randomUUID } from "node:crypto";
import { AwsError } from "../aws-error.ts";
import type { Account } from "../model.ts";
import type { JsonInput } from "../protocol/json.ts";
import { signedCaller } from "../protocol/signed-caller.ts";
import type { CallContext } from "../service.ts";
import { invalidParameter, invalidRequest, requiredText, text } from "./input.ts";
import type { Secret, SecretVersion } from "./model.ts";

/** The account's secrets, without those whose recovery window is over. */
export function secretsOf(account: Account, now: Date): readonly Secret[] {
  return account.secrets.filter(({ deletion }) => deletion === null || deletion.endsAt > now.getTime());
}

/** The secret that `SecretId` names: its name, its ARN, or its ARN without the random end. */
export function namedSecret(input: JsonInput, context: CallContext): Secret | undefined {
  const id = requiredText(input, "SecretId");
  const { account } = signedCaller(context);
  return secretsOf(account, context.now).find(({ name, arn }) => [name, arn, arn.slice(0, -7)].includes(id));
}

/** That secret; an error when there is none. */
export function existingSecret(input: JsonInput, context: CallContext): Secret {
  const secret = namedSecret(input, context);
  if (secret !== undefined) return secret;
  throw new AwsError("ResourceNotFoundException", 400, "Secrets Manager can't find the specified secret.");
}

/** That secret, unless it is waiting for its end. */
export function usableSecret(input: JsonInput, context: CallContext): Secret {
  const secret = existingSecret(input, context);
  if (secret.deletion === null) return secret;
  throw invalidRequest(
    "You can't perform this operation on the secret because it was marked for deletion. Restore it first.",
  );
}

/** The value of a call as a new version without stages; undefined when the call has no value. */
export function givenVersion(input: JsonInput, now: Date): SecretVersion | undefined {
  const secretString = text(input, "SecretString");
  const binary = text(input, "SecretBinary");
  if (secretString === undefined && binary === undefined) return undefined;
  if (secretString !== undefined && binary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (Buffer.byteLength(secretString ?? binary ?? "") > 65_536) {
    throw invalidParameter("A secret value may hold at most 65536 bytes.");
  }
  return {
    id: versionId(input),
    stages: [],
    text: secretString ?? null,
    binary: binary ?? null,
    createdAt: now.getTime(),
  };
}

/** The SDK sends a token of its own: a repeated call makes no second version. */
function versionId(input: JsonInput): string {
  const token = text(input, "ClientRequestToken") ?? randomUUID();
  if (token.length < 32 || token.length > 64) {
    throw invalidParameter("ClientRequestToken must have between 32 and 64 characters.");
  }
  return token;
}

/** Puts a stage on one version and takes it from all others; the version that was current becomes the previous one. */
export function moveStage(secret: Secret, stage: string, to: SecretVersion | undefined): void {
  const from = secret.versions.find((version) => version.stages.includes(stage));
  if (from === to) return;
  if (from !== undefined) from.stages = from.stages.filter((held) => held !== stage);
  if (to !== undefined) to.stages = [...to.stages, stage];
  if (stage === "AWSCURRENT" && from !== undefined && to !== undefined) moveStage(secret, "AWSPREVIOUS", from);
}

/** Milliseconds as the JSON protocol writes times. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** Version id → stages, of the versions that have any. */
export function stagesOf(secret: Secret): Readonly<Record<string, readonly string[]>> {
  const staged = secret.versions.filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(staged.map(({ id, stages }) => [id, stages]));
}
