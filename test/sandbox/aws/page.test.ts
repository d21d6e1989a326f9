import { request } from "node:http";
import { PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { s3Client } from "./clients.ts";

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
