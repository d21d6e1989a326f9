import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { PolicyError } from "../../src/core/errors.ts";
import type { HttpOperations } from "../../src/http/operations.ts";
import { asff, imported, nativeEvent } from "../ingest/context.ts";
import { bearer, post, receiveInto, serverWith, webhookSecret } from "./harness.ts";

const { server } = serverWith({ receive: receiveInto(undefined) });

test("an event is answered 202 with its result, and never cached", async () => {
  const answer = await post(server, nativeEvent);
  expect(answer.statusCode).toBe(202);
  expect(answer.json()).toEqual({ results: [{ event_id: expect.any(String), status: "accepted", runs: [] }] });
  expect(answer.headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("a thousand events in one array, and a CloudEvents content type", async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => ({ event_type: "load.test", event_id: `l-${index}` }));
  expect((await post(server, many)).json<{ results: unknown[] }>().results).toHaveLength(1_000);
  const type = { "content-type": "Application/CloudEvents+JSON; charset=utf-8" };
  expect((await post(server, nativeEvent, type)).statusCode).toBe(202);
});

const refusals: readonly (readonly [string, string | Buffer | object, Record<string, string>, number, string])[] = [
  ["no credential", nativeEvent, { authorization: "" }, 401, "unauthorised"],
  ["a wrong token", nativeEvent, { authorization: "Bearer nobody" }, 401, "unauthorised"],
  ["a credential that only reads", nativeEvent, bearer("reader"), 403, "forbidden"],
  ["a form", "payload=%7B%7D", { "content-type": "application/x-www-form-urlencoded" }, 415, "unsupported_media_type"],
  ["plain text", "{}", { "content-type": "text/plain" }, 415, "unsupported_media_type"],
  ["no content type", "{}", { "content-type": "" }, 415, "unsupported_media_type"],
  ["a compressed body", Buffer.from([31, 139]), { "content-encoding": "gzip" }, 415, "unsupported_media_type"],
  ["S9: a body of 10 MB", Buffer.alloc(10_000_000, 32), {}, 413, "too_large"],
  ["S9: a depth of 10,000", "[".repeat(10_000), {}, 400, "bad_input"],
  ["S9: duplicate keys", '{"event_type":"a.b","event_type":"a.c"}', {}, 400, "bad_input"],
  ["I16: U+0000", '{"event_type":"a.b","event_id":"\\u0000"}', {}, 400, "bad_input"],
  ["I16: a lone surrogate", '{"event_type":"a.b","event_id":"\\ud800"}', {}, 400, "bad_input"],
  ["I16: a huge number", '{"event_type":"a.b","n":1e999}', {}, 400, "bad_input"],
  ["I16: bytes that are no UTF-8", Buffer.from([0x22, 0xc3, 0x28, 0x22]), {}, 400, "bad_input"],
  ["no body", "", {}, 400, "bad_input"],
  ["an empty array", [], {}, 400, "bad_input"],
  ["an unknown format", { hello: "world" }, {}, 422, "unknown_format"],
  ["another tenant in the body", { ...nativeEvent, tenant_id: "acme" }, {}, 422, "tenant_mismatch"],
];

test.each(refusals)("%s", async (_name, payload, headers, status, code) => {
  const start = performance.now();
  const answer = await post(server, payload, headers);
  expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([status, code]);
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(performance.now() - start).toBeLessThan(1_000);
});

test("a refusal says where and what to do", async () => {
  const broken = { ...nativeEvent, violation: { ...nativeEvent.violation, severity: "BAD" } };
  expect((await post(server, [nativeEvent, broken])).json()).toEqual({
    error: {
      code: "bad_input",
      message: expect.stringContaining("/violation/severity"),
      path: "/1/violation/severity",
      hint: "it was read as a native event",
    },
  });
});

test("I17: a signed webhook is taken, the same bytes again too, and not after five minutes", async () => {
  const send = (at: number, secret = webhookSecret) => {
    const payload = JSON.stringify(nativeEvent);
    const key = Buffer.from(secret.slice(6), "base64");
    const signature = createHmac("sha256", key).update(`msg.${at}.${payload}`).digest("base64");
    const headers = { "webhook-id": "msg", "webhook-timestamp": String(at), "webhook-signature": `v1,${signature}` };
    return server.inject({
      method: "POST",
      url: "/api/v1/events",
      payload,
      headers: { "content-type": "application/json", ...headers },
    });
  };
  const now = Math.floor(Date.now() / 1_000);
  expect([(await send(now)).statusCode, (await send(now)).statusCode]).toEqual([202, 202]);
  expect((await send(now - 310)).statusCode).toBe(401);
  expect((await send(now + 310)).statusCode).toBe(401);
  expect((await send(now, `whsec_${Buffer.alloc(24, 6).toString("base64")}`)).statusCode).toBe(401);
});

test("with nothing configured every API call is a 401", async () => {
  const bare = serverWith({}, false).server;
  for (const url of ["/api/v1/runs", "/api/v1/runs/x", "/api/v1/approvals", "/api/v1/approvals/x", "/metrics"])
    expect((await bare.inject({ url, headers: bearer("both") })).statusCode).toBe(401);
  expect((await post(bare, nativeEvent)).statusCode).toBe(401);
});

const failing =
  (error: Error): HttpOperations["receive"] =>
  () =>
    Promise.reject(error);

test.each([
  [
    "a database that does not answer",
    Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:5432"), { code: "ECONNREFUSED" }),
    503,
  ],
  ["a database that is shutting down", Object.assign(new Error("x"), { cause: { originalCode: "57P01" } }), 503],
  ["a full disk", Object.assign(new Error("x"), { code: "53100" }), 503],
  [
    "no free connection",
    Object.assign(new Error("Unable to start a transaction in the given time."), { code: "P2028" }),
    503,
  ],
  ["a store that says so", new PolicyError("store_unavailable", "the database is not there"), 503],
  ["too much at once", new PolicyError("over_capacity", "too many open runs"), 429],
])("%s: come again, and nothing of the inside is told", async (_name, error, status) => {
  const answer = await post(serverWith({ receive: failing(error) }).server, nativeEvent);
  expect(answer.statusCode).toBe(status);
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  expect(answer.body).not.toMatch(/ECONN|10\.0\.0\.7|57P01|transaction/);
});

test("a bug of ours is a 500 that tells a request id and nothing else, and is logged", async () => {
  const { server: broken, logged } = serverWith({ receive: failing(new TypeError("secret internals")) });
  const answer = await post(broken, nativeEvent);
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain("secret internals");
  expect(answer.json()).toMatchObject({
    error: { code: "internal", hint: expect.stringMatching(/request id: [0-9a-f-]{36}/) },
  });
  expect(logged).toMatchObject([{ details: { error: { message: "secret internals" } }, message: "a request failed" }]);
});

const texts = fc.string({ unit: "binary", maxLength: 30 });
const nearly = fc.oneof(
  ...[nativeEvent, asff(), imported([asff()])].map((seed) =>
    fc.tuple(fc.nat(40), fc.jsonValue({ maxDepth: 3 })).map(([at, value]) => mutated(seed, at, value)),
  ),
);

/** The seed with one of its values replaced. */
function mutated(seed: object, at: number, value: unknown): unknown {
  let seen = 0;
  return JSON.parse(JSON.stringify(seed), (_key, old: unknown) => (seen++ === at ? value : old));
}

test("I16: whatever is sent, the answer is a 2xx or a clear 4xx", async () => {
  const body = fc.oneof(
    nearly.map((value) => JSON.stringify(value)),
    fc.jsonValue({ maxDepth: 5, stringUnit: "binary" }).map((value) => JSON.stringify(value)),
    texts,
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  );
  const property = fc.asyncProperty(body, async (payload) => {
    const answer = await post(server, payload);
    expect(answer.statusCode).toBeLessThan(500);
    const { error } = answer.json<{ error?: { code: string; message: string } }>();
    if (answer.statusCode >= 400)
      expect(error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  });
  await fc.assert(property, { numRuns: 500 });
});
