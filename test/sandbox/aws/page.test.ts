import { request } from "node:http";
import { ListBucketsCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, s3Client } from "./clients.ts";

let sandbox: AwsSandbox;
beforeEach(async () => {
  sandbox = await startAws();
});
afterEach(async () => {
  await sandbox.stop();
});

/** fetch does not let a caller choose the Host header. */
function status(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${sandbox.url}${path}`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on("error", reject).end();
  });
}

async function publicBuckets(): Promise<string[]> {
  const state = (await (await fetch(`${sandbox.url}/_state`)).json()) as {
    accounts: { buckets: { name: string; public: boolean }[] }[];
  };
  return state.accounts.flatMap(({ buckets }) => buckets.filter((bucket) => bucket.public).map(({ name }) => name));
}

test("the page and its files are served", async () => {
  const page = await fetch(sandbox.url);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const html = await page.text();
  for (const path of html.match(/\/_page\/[a-z.]+/g) ?? []) {
    expect((await fetch(`${sandbox.url}${path}`)).status).toBe(200);
  }
  expect((await fetch(`${sandbox.url}/_page/../server.ts`)).status).not.toBe(200);
  expect((await fetch(`${sandbox.url}/_none`)).status).toBe(404);
});

test("the JSON follows the state and shows no secret", async () => {
  expect(await publicBuckets()).toEqual(["acme-logs", "acme-website"]);
  const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true };
  await s3Client(sandbox).send(
    new PutPublicAccessBlockCommand({ Bucket: "acme-logs", PublicAccessBlockConfiguration }),
  );
  expect(await publicBuckets()).toEqual(["acme-website"]);
  const calls = (await (await fetch(`${sandbox.url}/_calls`)).json()) as unknown[];
  expect(calls).toEqual([
    expect.objectContaining({ action: "PutPublicAccessBlock", resource: "acme-logs", status: 200 }),
  ]);
  expect(await (await fetch(`${sandbox.url}/_state`)).text()).not.toContain(sandbox.secretAccessKey);
});

test("switches are set and read over HTTP, and take hold", async () => {
  const post = (path: string, body: string, type = "application/json") =>
    fetch(`${sandbox.url}${path}`, { method: "POST", headers: { "content-type": type }, body });
  expect((await post("/_switches", `{"denials":[{"action":"s3:ListAllMyBuckets"}]}`)).status).toBe(200);
  expect(await failure(s3Client(sandbox).send(new ListBucketsCommand({})))).toBe("AccessDenied 403");
  const wrong = await post("/_switches", `{"latencyMs":"x"}`);
  expect([wrong.status, await wrong.text()]).toEqual([400, "latencyMs must be a number from 0 to 600000\n"]);
  expect((await post("/_switches", `{"denials":[]}`, "text/plain")).status).toBe(415);
  const settings: unknown = await (await fetch(`${sandbox.url}/_switches`)).json();
  expect(settings).toMatchObject({ latencyMs: 0, denials: [{ action: "s3:ListAllMyBuckets" }] });
  expect((await post("/_seed", `{"name":"leaked-key"}`)).status).toBe(200);
  expect((await post("/_seed", `{"name":"none"}`)).status).toBe(400);
});

test("scenarios are made, more than once, and shown without any secret", async () => {
  for (const name of ["leaked-key", "admin-user", "website-bucket", "leaked-key", "admin-user"] as const) {
    sandbox.seed(name);
  }
  const account = sandbox.state.defaultAccount;
  expect(account.users.map((user) => user.name)).toEqual(["policycortex", "ci-deploy", "dana"]);
  expect(account.groups).toMatchObject([{ name: "admins", members: ["dana"] }]);
  const shown = await (await fetch(`${sandbox.url}/_state`)).text();
  expect(shown).toContain("ci-deploy/access-key");
  for (const { accessKeyId, secretAccessKey } of account.keys) {
    expect(shown).toContain(accessKeyId);
    expect(shown).not.toContain(secretAccessKey);
  }
  sandbox.seed("empty");
  expect(sandbox.state.data.accounts.flatMap(({ s3, secrets }) => [...s3.buckets, ...secrets])).toEqual([]);
  expect((await s3Client(sandbox).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
});

test("foreign hosts and origins are refused", async () => {
  expect(await status("/_state", { host: "evil.example" })).toBe(403);
  expect(await status("/_state", { host: "127.0.0.1.evil.example" })).toBe(403);
  expect(await status("/_state", { host: "localhost:1" })).toBe(200);
  expect(await status("/_state", { origin: "https://evil.example" })).toBe(403);
  expect(await status("/_state", { origin: "null" })).toBe(403);
  expect(await status("/_state", { origin: sandbox.url })).toBe(200);
  expect(await status("/_state", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(403);
  expect(await status("/", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBe(200);
});
