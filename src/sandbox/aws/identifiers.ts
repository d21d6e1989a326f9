import { createHash, randomBytes, randomInt } from "node:crypto";

const ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An AWS unique id (`AKIA…`, `ASIA…`, `AIDA…`, `AROA…`): the prefix filled up to `length` characters. */
export function uniqueId(prefix: string, length: number): string {
  return Array.from({ length: length - prefix.length }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).reduce(
    (id: string, letter) => id + (letter ?? ""),
    prefix,
  );
}

/** A secret access key: 40 characters. */
export function secretKey(): string {
  return randomBytes(30).toString("base64");
}

/** A session token; real ones are long and opaque. */
export function sessionToken(): string {
  return randomBytes(96).toString("base64");
}

/** The canonical id S3 uses for an account; derived, so that it survives a new state file. */
export function canonicalId(accountId: string): string {
  return createHash("sha256").update(`sandbox-aws:${accountId}`).digest("hex");
}

/** A request id as S3 and the query services write it. */
export function requestId(): string {
  return randomBytes(8).toString("hex").toUpperCase();
}
