import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";

/** One HTTP request as it came over the wire: the path and query stay raw, because the signature is made over them. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes as sent; what a streamed upload carries is unpacked by `payload`. */
  readonly body: Buffer;
}

/** One HTTP answer before it is written. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

const LARGEST_BODY = 8 * 1024 * 1024;

/** Reads a whole request; one that is larger than the stand-in stores is refused. */
export async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    // Keep draining without storing: the client must finish sending before it reads the refusal.
    if (size <= LARGEST_BODY) chunks.push(bytes);
  }
  if (size > LARGEST_BODY) {
    throw new AwsError("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size");
  }
  return { ...requestLine(message), body: Buffer.concat(chunks) };
}

/** Everything of a request but its body. */
export function requestLine(message: IncomingMessage): Omit<WireRequest, "body"> {
  const target = message.url ?? "/";
  const mark = target.indexOf("?");
  const rawQuery = mark < 0 ? "" : target.slice(mark + 1);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(",") : (value ?? "");
  }
  return {
    method: message.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers,
  };
}

/** The content of a body: the SDK frames streams as `aws-chunked` (size, bytes, size, bytes, 0, trailers). */
export function payload(request: WireRequest): Buffer {
  if (!(request.headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-")) return request.body;
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = request.body.indexOf("\r\n", at);
    const size = lineEnd < 0 ? NaN : Number.parseInt(request.body.subarray(at, lineEnd).toString("latin1"), 16);
    const start = lineEnd + 2;
    if (Number.isNaN(size) || start + size > request.body.length) {
      throw new AwsError("IncompleteBody", 400, "The request body terminated unexpectedly");
    }
    if (size === 0) return Buffer.concat(parts);
    parts.push(request.body.subarray(start, start + size));
    at = start + size + 2;
  }
}
