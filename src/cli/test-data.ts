import { join } from "node:path";
import { PolicyError, type Location } from "../core/errors.ts";
import type { PolicyEvent, Sender } from "../core/event.ts";
import { isJsonObject, type Json } from "../core/json.ts";
import { normaliseAll } from "../ingest/normalise.ts";
import { parseStrictJson } from "../ingest/strict-json.ts";
import type { Documents, SourceFile } from "../workflow/documents.ts";
import { readYaml } from "../workflow/read-yaml.ts";
import { lineStartsOf, locate } from "../workflow/source.ts";
import { isFile, readSource } from "./documents.ts";

/**
 * A test event's file: a path, or a name in `samples/` of a workflows folder, with or without `.json`.
 * @throws PolicyError `bad_input` when there is none.
 */
export async function findTestData(name: string, folders: readonly string[]): Promise<SourceFile> {
  const samples = folders.flatMap((folder) => [join(folder, "samples", name), join(folder, "samples", `${name}.json`)]);
  for (const path of [name, ...samples]) if (await isFile(path)) return readSource(path, "the test data");
  const places = folders.map((folder) => join(folder, "samples")).join(" or ");
  throw new PolicyError("bad_input", `${name}: there is no such file, and no sample of that name in ${places}`);
}

/**
 * The one event of a file, in any format that is taken over HTTP, as a credential with every right would send it.
 * @throws PolicyError `bad_input` with file, line and column.
 */
export function readTestEvent(source: SourceFile, documents: Documents, now: Date): PolicyEvent {
  const json = placed(source, () => parseStrictJson(source.text));
  const policyName = (name: string) => documents.policyNames.nameFor(name);
  const context = { headers: {}, sender: senderFor(json), receivedAt: now, policyName };
  const results = placed(source, () => normaliseAll(json, context));
  const ignored = results.find((result) => "ignored" in result);
  const events = results.flatMap((result) => ("events" in result ? result.events : []));
  const [event] = events;
  if (event !== undefined && events.length === 1) return event;
  const location = { file: source.file, line: 1, column: 1 };
  if (ignored) throw new PolicyError("bad_input", `this ${ignored.format} event is ignored: ${ignored.ignored}`, { location }); // prettier-ignore
  throw new PolicyError("bad_input", `the file holds ${events.length} events`, {
    location,
    hint: "workflow test takes one",
  });
}

/** With the `act` scope, so that policy alone decides what is asked; the tenant is the event's own. */
function senderFor(json: Json): Sender {
  const tenant = isJsonObject(json) ? json["tenant_id"] : undefined;
  return {
    name: "workflow test",
    tenantId: typeof tenant === "string" ? tenant : "default",
    scopes: ["events", "act"],
  };
}

/** Whatever is wrong with the text, as bad input at its place. */
function placed<T>(source: SourceFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const { hint, path } = error;
    throw new PolicyError("bad_input", error.message, {
      location: placeOf(source, error.message, path),
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  }
}

/** The strict reader counts characters; everything later names a JSON pointer, which YAML's reader of JSON can find. */
function placeOf(source: SourceFile, message: string, path: string | undefined): Location {
  const { file, text } = source;
  const offset = message.includes("the text ends") ? text.trimEnd().length : /\bcharacter (\d+)/.exec(message)?.[1];
  if (offset !== undefined) return locate(file, lineStartsOf(text), Number(offset));
  const parsed = readYaml(source);
  if (!parsed.ok || path === undefined) return parsed.ok ? { file, line: 1, column: 1 } : parsed.problems[0]!.location;
  const segments = path.split("/").slice(1);
  return parsed.positions.value(segments.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")));
}
