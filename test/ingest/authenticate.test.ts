import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createCredentials, hashToken, requireScope } from "../../src/ingest/authenticate.ts";

const now = new Date("2026-11-21T10:00:00Z");
const seconds = now.getTime() / 1_000;
const [first, second, foreign] = ["first", "second", "foreign"].map(
  (name) => `whsec_${Buffer.from(name.padEnd(24, "-")).toString("base64")}`,
) as [string, string, string];
const token = "a".repeat(32);
const other = "b".repeat(40);
const credentials = createCredentials({
  tokens: [
    { name: "scanner", tenantId: "default", tokenHash: hashToken(token), scopes: ["events", "act"] },
    { name: "neighbour", tenantId: "acme", tokenHash: hashToken(other), scopes: ["events"] },
  ],
  webhookSecrets: [first, second],
});
const body = Buffer.from('{"event_type":"x.y","tenant_id":"acme"}');

function sign(secret: string, id: string, at: number, over: Buffer = body): string {
  const key = Buffer.from(secret.slice(6), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${at}.`).update(over).digest("base64")}`;
}

const ask = (headers: Record<string, string>, rawBody: Buffer = body) =>
  credentials.authenticate({ headers, rawBody }, now);
const webhook = (signature: string, at = seconds, id = "msg_1") =>
  ask({ "webhook-id": id, "webhook-timestamp": String(at), "webhook-signature": signature });

test("a token is known by Bearer and by x-api-key, with its own tenant and scopes", async () => {
  expect(await ask({ authorization: `Bearer ${token}` })).toEqual({
    name: "scanner",
    tenantId: "default",
    scopes: ["events", "act"],
  });
  expect((await ask({ authorization: `bearer  ${other}` })).tenantId).toBe("acme");
  expect((await ask({ "x-api-key": other })).name).toBe("neighbour");
});

test.each([
  ["nothing", {}],
  ["an unknown token", { authorization: `Bearer ${"c".repeat(32)}` }],
  ["the beginning of a token", { authorization: `Bearer ${token.slice(1)}` }],
  ["an empty token", { authorization: "Bearer " }],
  ["another scheme", { authorization: `Basic ${token}` }],
  ["an empty key", { "x-api-key": "" }],
  ["a wrong Authorization beside a right key", { authorization: "Bearer nobody", "x-api-key": token }],
])("%s is unauthorised", async (_name, headers) => {
  await expect(ask(headers as Record<string, string>)).rejects.toMatchObject({ code: "unauthorised" });
});

test("without any configuration everybody is unauthorised", async () => {
  const none = createCredentials({ tokens: [], webhookSecrets: [] });
  for (const headers of [{}, { "x-api-key": "" }, { authorization: `Bearer ${token}` }])
    await expect(none.authenticate({ headers, rawBody: body }, now)).rejects.toMatchObject({ code: "unauthorised" });
  const headers = {
    "webhook-id": "1",
    "webhook-timestamp": String(seconds),
    "webhook-signature": sign("whsec_", "1", seconds),
  };
  await expect(none.authenticate({ headers, rawBody: body }, now)).rejects.toMatchObject({ code: "unauthorised" });
});

test("I17: both keys hold while one is rotated, with one or several signatures", async () => {
  for (const secret of [first, second])
    expect(await webhook(sign(secret, "msg_1", seconds))).toMatchObject({ name: "webhook", scopes: ["events"] });
  expect(await webhook(`v1a,AAAA ${sign(foreign, "msg_1", seconds)} ${sign(second, "msg_1", seconds)}`)).toBeDefined();
});

test("I17: the tenant comes from the key, whatever the body says", async () => {
  expect((await webhook(sign(first, "msg_1", seconds))).tenantId).toBe("default");
});

test.each([
  ["a foreign key", () => webhook(sign(foreign, "msg_1", seconds))],
  ["another id", () => webhook(sign(first, "msg_2", seconds))],
  ["another time", () => webhook(sign(first, "msg_1", seconds - 1))],
  ["another body", () => webhook(sign(first, "msg_1", seconds, Buffer.from("{}")))],
  ["no known version", () => webhook(sign(first, "msg_1", seconds).replace("v1,", "v2,"))],
  ["an empty signature", () => webhook("v1,")],
  ["a replay after five minutes", () => webhook(sign(first, "msg_1", seconds - 301), seconds - 301)],
  ["a time too far ahead", () => webhook(sign(first, "msg_1", seconds + 301), seconds + 301)],
  ["no id", () => webhook(sign(first, "", seconds), seconds, "")],
  ["a time that is no number", () => webhook(sign(first, "msg_1", Number.NaN), Number.NaN)],
])("I17: %s is unauthorised", async (_name, call) => {
  await expect(call()).rejects.toMatchObject({ code: "unauthorised" });
});

test("I17: four minutes to either side are taken", async () => {
  for (const at of [seconds - 299, seconds + 299]) expect(await webhook(sign(first, "msg_1", at), at)).toBeDefined();
});

test("a missing scope is forbidden", async () => {
  const sender = await ask({ "x-api-key": other });
  expect(() => requireScope(sender, "read")).toThrow(/neighbour has no read scope/);
  requireScope(sender, "events");
});
