import { beforeEach, describe, expect, test } from "@jest/globals";
import type { App, ReceiverEvent } from "@slack/bolt";
import { createHmac } from "node:crypto";
import { systemClock } from "../../src/core/clock.ts";
import { silentLog } from "../../src/core/log.ts";
import { createReceiver } from "../../src/slack/receiver.ts";
import { openStore } from "../../src/store/client.ts";
import { useStore } from "../support/database.ts";

const use = useStore();
const secret = "the-secret";
const formType = "application/x-www-form-urlencoded";
let seen: Record<string, unknown>[] = [];
beforeEach(() => void (seen = []));

function receiver(secrets: readonly string[] = [secret], store = use.store) {
  const made = createReceiver({ signingSecrets: secrets, store, clock: systemClock, log: silentLog });
  const app = {
    processEvent: async ({ body, ack }: ReceiverEvent) => {
      seen.push(body);
      await ack();
    },
  };
  made.init(app as unknown as App);
  return made;
}

function signed(
  body: string,
  options: { readonly ageSeconds?: number; readonly with?: string; readonly type?: string } = {},
) {
  const timestamp = String(Math.floor(Date.now() / 1_000) - (options.ageSeconds ?? 0));
  const hash = createHmac("sha256", options.with ?? secret).update(`v0:${timestamp}:${body}`).digest("hex"); // prettier-ignore
  const headers: Record<string, string> = {
    "content-type": options.type ?? formType,
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${hash}`,
  };
  return { rawBody: Buffer.from(body), headers };
}

let counter = 0;
const click = () => `payload=${encodeURIComponent(JSON.stringify({ type: "block_actions", actions: [], n: counter++ }))}`; // prettier-ignore
const rows = () => use.store.interactive.replayKey.count();

describe("requests from Slack", () => {
  test.each([
    ["301 s old", 301, 401],
    ["301 s in the future", -301, 401],
    ["298 s old", 298, 200],
    ["298 s in the future", -298, 200],
  ])("S1: a valid signature that is %s", async (_, ageSeconds, status) => {
    const before = await rows();
    expect((await receiver().handle(signed(click(), { ageSeconds }))).status).toBe(status);
    expect(await rows()).toBe(before + (status === 200 ? 1 : 0));
    expect(seen).toHaveLength(status === 200 ? 1 : 0);
  });

  test("S2: the same signed request sent to two replicas has one effect", async () => {
    const other = openStore(use.database.url, () => undefined);
    const request = signed(click());
    const answers = await Promise.all([receiver().handle(request), receiver([secret], other).handle(request), receiver().handle(request)]); // prettier-ignore
    await other.close();
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(seen).toHaveLength(1);
  });

  test("S2: when the database cannot tell, nothing happens and nobody is told otherwise", async () => {
    const gone = openStore("postgres://nobody:x@127.0.0.1:1/none", () => undefined);
    expect((await receiver([secret], gone).handle(signed(click()))).status).toBe(503);
    const command = await receiver([secret], gone).handle(signed("command=%2Fpolicycortex&text=help"));
    expect(command).toMatchObject({ status: 200, body: expect.stringContaining("Nothing was recorded") });
    const form = { type: "view_submission", view: { callback_id: "approval.deny_reason" } };
    const denied = await receiver([secret], gone).handle(signed(`payload=${encodeURIComponent(JSON.stringify(form))}`));
    expect(JSON.parse(denied.body)).toMatchObject({
      response_action: "errors",
      errors: { reason: expect.any(String) },
    });
    await gone.close();
    expect(seen).toHaveLength(0);
  });

  test.each([
    ["wrong", "v0=" + "0".repeat(64)],
    ["absent", undefined],
    ["short", "v0=abcd"],
    ["not hex", "v0=" + "z".repeat(64)],
    ["of another version", "v1=" + "0".repeat(64)],
    ["sent twice", `v0=${"0".repeat(64)}, v0=${"0".repeat(64)}`],
    ["empty", ""],
  ])("S3: a signature that is %s is a 401", async (_, signature) => {
    const request = signed(click());
    const headers = { ...request.headers, "x-slack-signature": signature };
    expect((await receiver().handle({ ...request, headers })).status).toBe(401);
    expect(seen).toHaveLength(0);
  });

  test("S3: a time stamp that is no number, and no secret at all, are 401", async () => {
    const request = signed(click());
    const headers = { ...request.headers, "x-slack-request-timestamp": "now" };
    expect((await receiver().handle({ ...request, headers })).status).toBe(401);
    expect((await receiver([]).handle(request)).status).toBe(401);
    expect((await receiver([""]).handle(signed(click(), { with: "" }))).status).toBe(401);
  });

  test("S4: one altered byte, or the same payload written differently, is a 401", async () => {
    const request = signed(click());
    const altered = Buffer.from(request.rawBody);
    altered[10]! ^= 1;
    expect((await receiver().handle({ ...request, rawBody: altered })).status).toBe(401);
    const again = new URLSearchParams(request.rawBody.toString()).toString().replaceAll("%3A", "%3a");
    expect((await receiver().handle({ ...request, rawBody: Buffer.from(again) })).status).toBe(401);
    expect((await receiver().handle(request)).status).toBe(200);
  });

  test("two secrets while rotating: both count, a third does not", async () => {
    const rotating = receiver(["new", "old"]);
    expect((await rotating.handle(signed(click(), { with: "old" }))).status).toBe(200);
    expect((await rotating.handle(signed(click(), { with: "new" }))).status).toBe(200);
    expect((await rotating.handle(signed(click(), { with: "third" }))).status).toBe(401);
  });

  test.each([
    ["10 MB", "x".repeat(10_000_000), formType, 413],
    ["JSON 10,000 deep", `payload=${"[".repeat(10_000)}${"]".repeat(10_000)}`, formType, 400],
    ["no payload", "other=1", formType, 400],
    ["payload twice", "payload={}&payload={}", formType, 400],
    ["no JSON", "payload=nonsense", formType, 400],
    ["a JSON array", "[]", "application/json", 400],
    ["another content type", "{}", "text/plain", 415],
  ])("S9: %s is refused at once", async (_, body, type, status) => {
    const request = signed(body, { type });
    const started = performance.now();
    expect((await receiver().handle(request)).status).toBe(status);
    expect(performance.now() - started).toBeLessThan(50);
    expect(seen).toHaveLength(0);
  });

  test("a charset beside the content type, url_verification and ssl_check are understood", async () => {
    const typed = signed(click(), { type: `${formType}; charset=utf-8` });
    expect((await receiver().handle(typed)).status).toBe(200);
    const challenge = signed('{"type":"url_verification","challenge":"abc"}', { type: "application/json" });
    expect(JSON.parse((await receiver().handle(challenge)).body)).toEqual({ challenge: "abc" });
    const check = { rawBody: Buffer.from("ssl_check=1&token=x"), headers: { "content-type": formType } };
    expect(await receiver().handle(check)).toMatchObject({ status: 200, body: "" });
    expect(seen).toHaveLength(1);
  });
});
