import type { IncomingHttpHeaders } from "node:http";

/**
 * Why a request must be refused, or undefined. Only this machine's own address may be used (a foreign name that resolves
 * to it is an attack), and only by this server's own page (another site's page must not act here).
 */
export function refusal({ host, origin }: IncomingHttpHeaders): string | undefined {
  if (host === undefined || !URL.canParse(`http://${host}`)) return "no usable Host header";
  if (!isLoopback(new URL(`http://${host}`).hostname))
    return `the sandbox does not answer to ${host}, only to this machine`;
  if (origin !== undefined && origin !== `http://${host}`) return `a page of ${origin} may not use the sandbox`;
  return undefined;
}

/** `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}
