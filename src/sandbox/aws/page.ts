import { readFile } from "node:fs/promises";
import type { CallLog } from "./call-log.ts";
import { exposure } from "./s3/exposure.ts";
import type { Account } from "./model.ts";
import type { Bucket } from "./s3/model.ts";
import type { AwsState } from "./state.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

/** The browser page and the JSON behind it. Bucket names cannot hold `_`, so `/_…` is never an S3 path. */

const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ["/", ["index.html", "text/html; charset=utf-8"]],
  ["/_page/page.css", ["page.css", "text/css; charset=utf-8"]],
  ["/_page/page.js", ["page.js", "text/javascript; charset=utf-8"]],
]);

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Whether a request comes from the browser page rather than from an AWS client. */
export function isPageRequest(request: Omit<WireRequest, "body">): boolean {
  if (request.headers["authorization"] !== undefined || request.query.has("Action")) return false;
  return request.path.startsWith("/_") || (request.path === "/" && request.method === "GET");
}

/** Answers the page's requests; all of them only read. */
export async function servePage(
  request: Omit<WireRequest, "body">,
  state: AwsState,
  log: CallLog,
): Promise<WireAnswer> {
  if (request.method !== "GET") return text(405, "Only GET\n");
  if (request.path === "/_state") return json(stateView(state));
  if (request.path === "/_calls") return json(log.list().slice(-200).reverse());
  const found = FILES.get(request.path);
  if (found === undefined) return text(404, "Not found\n");
  const [file, type] = found;
  const body = await readFile(new URL(`../page/aws/${file}`, import.meta.url));
  return { status: 200, headers: { ...HEADERS, "content-type": type }, body };
}

function json(value: unknown): WireAnswer {
  return {
    status: 200,
    headers: { ...HEADERS, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(value),
  };
}

/** A plain answer for people. */
export function text(status: number, body: string): WireAnswer {
  return { status, headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" }, body };
}

/** What the page shows: no secret keys. */
function stateView(state: AwsState): unknown {
  return {
    region: state.data.region,
    accounts: state.data.accounts.map((account) => ({
      id: account.id,
      name: account.name,
      canonicalId: account.canonicalId,
      buckets: account.s3.buckets.map((bucket) => bucketView(account, bucket)),
    })),
  };
}

function bucketView(account: Account, bucket: Bucket): unknown {
  const reasons = exposure(account, bucket);
  return {
    name: bucket.name,
    region: bucket.region,
    public: reasons.length > 0,
    reasons,
    publicAccessBlock: bucket.publicAccessBlock,
    policy: bucket.policy,
    acl: bucket.acl,
    ownership: bucket.ownership,
    tags: bucket.tags,
    objects: bucket.objects.map((object) => object.key),
  };
}
