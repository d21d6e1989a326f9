import { expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buttons } from "../../src/slack/app.ts";
import { requiredScopes } from "../../src/slack/check.ts";
import { commandName } from "../../src/slack/listeners/commands/command.ts";
import { nearest } from "../../src/slack/listeners/commands/nearest.ts";
import { readCommandLine } from "../../src/slack/listeners/commands/words.ts";

interface Manifest {
  readonly features: {
    readonly slash_commands: readonly { readonly command: string; readonly should_escape: boolean }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: {
    readonly socket_mode_enabled: boolean;
    readonly interactivity: { readonly is_enabled: boolean };
    readonly event_subscriptions: { readonly bot_events: readonly string[] };
  };
}
const manifest = JSON.parse(readFileSync("manifest.json", "utf8")) as Manifest;
const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));

test("the manifest asks for exactly the scopes the bot checks for, in Socket Mode", () => {
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...requiredScopes].sort());
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
});

test("the manifest registers the command, escaped, and every event that is listened to", () => {
  expect(manifest.features.slash_commands).toEqual([expect.objectContaining({ command: commandName, should_escape: true })]); // prettier-ignore
  const listened = sources("src/slack/listeners/events").flatMap((source) => [...source.matchAll(/"([a-z]+_[a-z_]+)"/g)].map(([, name]) => name!)); // prettier-ignore
  expect([...new Set(listened)].sort()).toEqual([...manifest.settings.event_subscriptions.bot_events].sort());
});

test("every action a block offers has its listener", () => {
  const offered = sources("src/slack/blocks").flatMap((source) => [...source.matchAll(/"((?:approval|run)\.[a-z]+)"/g)].map(([, id]) => id!)); // prettier-ignore
  expect(new Set(offered)).toEqual(new Set(buttons.map((button) => button.actionId)));
});

test("command lines: words, quotes, links and nothing dangerous", () => {
  expect(readCommandLine("")).toEqual({ name: "help", words: [], assignments: {} });
  expect(readCommandLine('RUN w a.b="x y" url=<https://a.example|a.example> __proto__=1 k=a=b')).toEqual({
    name: "run",
    words: ["w", "__proto__=1"],
    assignments: { "a.b": "x y", url: "https://a.example", k: "a=b" },
  });
  expect(nearest("stat", ["status", "stop"])).toBe("status");
  expect(nearest("zzzzzz", ["status", "stop"])).toBeUndefined();
});
