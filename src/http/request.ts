import type { FastifyRequest } from "fastify";
import { PolicyError } from "../core/errors.ts";
import type { Sender } from "../core/event.ts";
import { requireScope } from "../ingest/authenticate.ts";
import type { Headers } from "./operations.ts";
import type { ServerParts } from "./server.ts";

/** The bytes as they came; none is an empty body. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** Node gives one text per header, but for the few that may repeat. */
export function flatHeaders(request: FastifyRequest): Headers {
  const entries = Object.entries(request.headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
}

/** Who reads: a credential with the `read` scope. */
export async function readerOf(request: FastifyRequest, { credentials, clock }: ServerParts): Promise<Sender> {
  const credential = { headers: flatHeaders(request), rawBody: rawBodyOf(request) };
  const sender = await credentials.authenticate(credential, clock.now());
  requireScope(sender, "read");
  return sender;
}

/** One value of the query. @throws PolicyError `bad_input` when it is there twice. */
export function queryValue(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  if (value === undefined || typeof value === "string") return value;
  throw new PolicyError("bad_input", `${name} is there more than once`, { path: name });
}

/** A query value that must be one of a few words. */
export function queryWord<T extends string>(request: FastifyRequest, name: string, words: readonly T[]): T | undefined {
  const value = queryValue(request, name);
  if (value === undefined) return undefined;
  const word = words.find((each) => each === value);
  if (word === undefined)
    throw new PolicyError("bad_input", `${name} is none of the known ones`, { path: name, hint: words.join(", ") });
  return word;
}

const mostRows = 200;

/** `limit`, 1 to 200, default 50. */
export function queryLimit(request: FastifyRequest): number {
  const value = queryValue(request, "limit") ?? "50";
  const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > mostRows)
    throw new PolicyError("bad_input", `limit is a number from 1 to ${mostRows}`, { path: "limit" });
  return limit;
}
