import type { IncomingHttpHeaders } from "node:http";
import { PolicyError } from "../core/errors.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The sandbox answers without passwords, so a page of somewhere else must not reach it through the visitor's browser: neither
 * by a name that resolves to loopback (Host) nor by a cross-site request (Origin).
 * @throws PolicyError `forbidden`.
 */
export function refuseForeign(headers: IncomingHttpHeaders, pageUrl: string, publicHost?: string): void {
  const host = headers.host ?? "";
  if (!isOurs(host, publicHost)) throw new PolicyError("forbidden", "the sandbox answers on loopback only");
  const { origin } = headers;
  if (origin === undefined) return;
  if (origin !== `http://${host}` && origin !== new URL(pageUrl).origin)
    throw new PolicyError("forbidden", "the sandbox answers no page of another origin");
}

function isOurs(host: string, publicHost?: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return loopback.has(hostname) || (publicHost !== undefined && hostname === publicHost.toLowerCase());
}
