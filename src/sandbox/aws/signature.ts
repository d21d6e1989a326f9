import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { WireRequest } from "./wire.ts";

/** The ways an Authorization header can fail; each service has its own error for each. */
export type AuthProblem =
  | "missing"
  | "malformed"
  | "unknown_key"
  | "bad_token"
  | "expired_token"
  | "clock_skew"
  | "bad_signature"
  | "bad_payload_hash";

/** The parts of a Signature Version 4 Authorization header. */
export interface Signature {
  readonly accessKeyId: string;
  readonly scope: { readonly date: string; readonly region: string; readonly service: string };
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([\w-]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, ?SignedHeaders=([\w;.-]+), ?Signature=([0-9a-f]{64})$/;

/** Reads the header; null when it is not Signature Version 4. */
export function parseAuthorization(header: string): Signature | null {
  const match = HEADER.exec(header);
  if (match === null) return null;
  const [, accessKeyId = "", date = "", region = "", service = "", signedHeaders = "", signature = ""] = match;
  return { accessKeyId, scope: { date, region, service }, signedHeaders: signedHeaders.split(";"), signature };
}

const LARGEST_SKEW_MS = 15 * 60_000;

/** Checks time, payload hash and signature, as AWS does; undefined when all is well. */
export function checkSignature(
  request: WireRequest,
  parsed: Signature,
  secretAccessKey: string,
  now: Date,
): AuthProblem | undefined {
  const stamp = request.headers["x-amz-date"] ?? "";
  const time = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(time) || !stamp.startsWith(parsed.scope.date)) return "malformed";
  if (Math.abs(now.getTime() - time) > LARGEST_SKEW_MS) return "clock_skew";
  if (!parsed.signedHeaders.includes("host")) return "malformed";
  const claimed = request.headers["x-amz-content-sha256"];
  const actual = createHash("sha256").update(request.body).digest("hex");
  if (claimed !== undefined && /^[0-9a-f]{64}$/.test(claimed) && claimed !== actual) return "bad_payload_hash";
  const expected = sign(request, parsed, secretAccessKey, stamp, claimed ?? actual);
  return timingSafeEqual(expected, Buffer.from(parsed.signature, "hex")) ? undefined : "bad_signature";
}

function sign(request: WireRequest, parsed: Signature, secret: string, stamp: string, payloadHash: string): Buffer {
  const { date, region, service } = parsed.scope;
  const canonical = [
    request.method,
    service === "s3" ? request.path : request.path.split("/").map(encode).join("/"),
    canonicalQuery(request.rawQuery),
    ...parsed.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    parsed.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", stamp, `${date}/${region}/${service}/aws4_request`, hash].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(
    (previous, part) => hmac(previous, part),
    `AWS4${secret}`,
  );
  return hmac(key, text);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Percent-encoding as Signature Version 4 defines it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalQuery(rawQuery: string): string {
  return [...new URLSearchParams(rawQuery.replaceAll("+", "%2B"))]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
