import { readFile } from "node:fs/promises";
import type { CallLog } from "./call-log.ts";
import { SEED_NAMES, seedScenario } from "./seeds/scenarios.ts";
import type { AwsState } from "./state.ts";
import { stateView } from "./state-view.ts";
import type { Switches } from "./switches.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

/** The browser page and the JSON behind it. Bucket names cannot hold `_`, so `/_…` is never an S3 path. */

const SCRIPT = "text/javascript; charset=utf-8";
const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map<string, readonly [string, string]>([
  ["/", ["index.html", "text/html; charset=utf-8"]],
  ["/_page/page.css", ["page.css", "text/css; charset=utf-8"]],
  ...["page", "dom", "accounts", "calls", "switches"].map(
    (name) => [`/_page/${name}.js`, [`${name}.js`, SCRIPT]] as const,
  ),
]);

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** What the page shows and changes. */
export interface PageParts {
  readonly state: AwsState;
  readonly log: CallLog;
  readonly switches: Switches;
}

/** Whether a request comes from the browser page rather than from an AWS client. */
export function isPageRequest(request: Omit<WireRequest, "body">): boolean {
  if (request.headers["authorization"] !== undefined || request.query.has("Action")) return false;
  return request.path.startsWith("/_") || (request.path === "/" && request.method === "GET");
}

/** Answers the page's requests; GET only reads. */
export async function servePage(request: WireRequest, parts: PageParts): Promise<WireAnswer> {
  if (request.method === "POST") return change(request, parts);
  if (request.method !== "GET") return text(405, "Only GET and POST\n");
  if (request.path === "/_state") return json(stateView(parts.state));
  if (request.path === "/_calls") return json(parts.log.list().slice(-200).reverse());
  if (request.path === "/_switches") return json({ ...parts.switches.settings, seeds: SEED_NAMES });
  const found = FILES.get(request.path);
  if (found === undefined) return text(404, "Not found\n");
  const [file, type] = found;
  const body = await readFile(new URL(`../page/aws/${file}`, import.meta.url));
  return { status: 200, headers: { ...HEADERS, "content-type": type }, body };
}

/** Sets switches or makes a scenario. Only JSON: a form of another site cannot send that. */
function change(request: WireRequest, { state, switches }: PageParts): WireAnswer {
  if (!(request.headers["content-type"] ?? "").startsWith("application/json")) return text(415, "Only JSON\n");
  try {
    const body: unknown = JSON.parse(request.body.toString("utf8"));
    if (request.path === "/_switches") {
      switches.set(body);
      return json(switches.settings);
    }
    if (request.path === "/_seed") {
      const name = (body as { name?: unknown } | null)?.name;
      if (typeof name === "string" && seedScenario(state, name, new Date())) return json({ name });
      return text(400, `There is no such scenario; there are ${SEED_NAMES.join(", ")}\n`);
    }
  } catch (error) {
    return text(400, `${error instanceof Error ? error.message : String(error)}\n`);
  }
  return text(404, "Not found\n");
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
