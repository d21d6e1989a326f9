import type { WireRequest } from "./wire.ts";

/**
 * S3 Control's clients put the account's id before the host: `123456789012.localhost` is loopback too.
 * Why a request is refused before anything looks at it; undefined when it may pass. A name that is not loopback means
 * DNS rebinding, a foreign Origin means that some other page makes the browser call.
 */
export function refusal(request: Omit<WireRequest, "body">): string | undefined {
  const host = request.headers["host"] ?? "";
  if (!/^(?:127\.0\.0\.1|(?:\d{12}\.)?localhost|\[::1\])(?::\d{1,5})?$/i.test(host))
    return "This host name is not loopback.\n";
  const origin = request.headers["origin"];
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return "This page may not be used from another origin.\n";
  }
  const site = request.headers["sec-fetch-site"] ?? "none";
  // Opening the page by a link is a navigation; anything else another site asks for is not.
  const navigation = request.headers["sec-fetch-mode"] === "navigate" && request.method === "GET";
  if (site !== "none" && site !== "same-origin" && !navigation) return "This page may not be used from another site.\n";
  return undefined;
}
