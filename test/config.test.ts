import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "@jest/globals";
import { loadConfig } from "../src/config.ts";
import { hashToken } from "../src/ingest/authenticate.ts";

const folder = mkdtempSync(join(tmpdir(), "policycortex-config-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const none = join(folder, "no-such.env");
const load = (environment: Record<string, string>, envFile = none) => loadConfig(environment, { envFile });
const key = Buffer.alloc(32, 7).toString("base64");
const token = "t".repeat(31) + "0";

test("nothing set gives the defaults", () => {
  expect(load({})).toEqual({
    port: 3000,
    dataFolder: ".data",
    workflowFolders: ["workflows"],
    webhookSecrets: [],
    apiTokens: [],
    slack: { signingSecrets: [] },
    aws: { allowEndpoint: false },
    logLevel: "info",
  });
});

test("everything set is read", () => {
  const config = load({
    DATABASE_URL: "postgres://bot:pw@db/pc",
    POLICYCORTEX_MIGRATION_URL: "postgresql://owner:pw@db/pc",
    PORT: "8080",
    HOST: "::1",
    POLICYCORTEX_PUBLIC_URL: "https://bot.example.com/pc/",
    POLICYCORTEX_SECRET_KEY: key,
    POLICYCORTEX_DATA: "/var/lib/pc",
    POLICYCORTEX_WORKFLOWS: "a:b/c",
    POLICYCORTEX_MODE: "enforce",
    POLICYCORTEX_CHANNEL: "#ops",
    POLICYCORTEX_WEBHOOK_SECRET: `whsec_${key} whsec_${Buffer.alloc(24, 1).toString("base64")}`,
    POLICYCORTEX_API_TOKENS: `ci:${token} sec@acme:${token}1:events+act+read`,
    POLICYCORTEX_AUDIT_ANCHOR: "s3://bucket/anchor",
    SLACK_BOT_TOKEN: "xoxb-1",
    SLACK_SIGNING_SECRET: "one two",
    SLACK_APP_TOKEN: "xapp-1",
    SLACK_API_URL: "http://127.0.0.1:4000/api/",
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:4001",
    POLICYCORTEX_ALLOW_AWS_ENDPOINT: "1",
    AWS_REGION: "eu-west-1",
    LOG_LEVEL: "debug",
    SOMETHING_ELSE: "ignored",
  });
  expect(config).toMatchObject({
    databaseUrl: "postgres://bot:pw@db/pc",
    migrationUrl: "postgresql://owner:pw@db/pc",
    port: 8080,
    host: "::1",
    publicUrl: "https://bot.example.com/pc",
    secretKey: Buffer.alloc(32, 7),
    dataFolder: "/var/lib/pc",
    workflowFolders: ["a", "b/c"],
    channel: "#ops",
    auditAnchor: "s3://bucket/anchor",
    slack: {
      botToken: "xoxb-1",
      signingSecrets: ["one", "two"],
      appToken: "xapp-1",
      apiUrl: "http://127.0.0.1:4000/api/",
    },
    aws: { endpoint: "http://127.0.0.1:4001", allowEndpoint: true, region: "eu-west-1" },
    logLevel: "debug",
  });
  expect(config.webhookSecrets).toHaveLength(2);
  expect(config.apiTokens).toEqual([
    { name: "ci", tenantId: "default", tokenHash: hashToken(token), scopes: ["events"] },
    { name: "sec", tenantId: "acme", tokenHash: hashToken(`${token}1`), scopes: ["events", "act", "read"] },
  ]);
});

const secret = "hunter2-and-more";
const wrong: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  ["DATABASE_URL", { DATABASE_URL: `mysql://${secret}` }, /^DATABASE_URL: must be a postgres/],
  ["PORT text", { PORT: "http" }, /^PORT: must be a port number/],
  ["PORT too high", { PORT: "65536" }, /^PORT:/],
  ["HOST", { HOST: "a b" }, /^HOST:/],
  ["public URL", { POLICYCORTEX_PUBLIC_URL: "bot.example.com" }, /^POLICYCORTEX_PUBLIC_URL:/],
  ["public URL with a query", { POLICYCORTEX_PUBLIC_URL: "https://x/?a" }, /without query/],
  [
    "short key",
    { POLICYCORTEX_SECRET_KEY: Buffer.from(secret).toString("base64") },
    /^POLICYCORTEX_SECRET_KEY: .*32 bytes/,
  ],
  ["key not base64", { POLICYCORTEX_SECRET_KEY: "é".repeat(43) }, /^POLICYCORTEX_SECRET_KEY:/],
  ["dry-run", { POLICYCORTEX_MODE: "dry-run" }, /^POLICYCORTEX_MODE: .*not built yet/],
  ["unknown mode", { POLICYCORTEX_MODE: "audit" }, /^POLICYCORTEX_MODE:/],
  ["channel", { POLICYCORTEX_CHANNEL: "general chat" }, /^POLICYCORTEX_CHANNEL:/],
  [
    "webhook secret without prefix",
    { POLICYCORTEX_WEBHOOK_SECRET: key },
    /^POLICYCORTEX_WEBHOOK_SECRET: must be whsec_/,
  ],
  ["short webhook secret", { POLICYCORTEX_WEBHOOK_SECRET: "whsec_aGk=" }, /^POLICYCORTEX_WEBHOOK_SECRET:/],
  ["token shape", { POLICYCORTEX_API_TOKENS: secret }, /^POLICYCORTEX_API_TOKENS: entry 1: write name/],
  ["short token", { POLICYCORTEX_API_TOKENS: `ci:${secret}` }, /entry 1: the token is shorter than 32/],
  ["unknown scope", { POLICYCORTEX_API_TOKENS: `ci:${token}:events+root` }, /entry 1: the scopes are events/],
  ["name twice", { POLICYCORTEX_API_TOKENS: `ci:${token} ci:${token}2` }, /entry 2: an earlier one has the same name/],
  ["token twice", { POLICYCORTEX_API_TOKENS: `a:${token} b:${token}` }, /entry 2: an earlier one has the same token/],
  ["bot token", { SLACK_BOT_TOKEN: secret }, /^SLACK_BOT_TOKEN:/],
  ["app token", { SLACK_APP_TOKEN: secret }, /^SLACK_APP_TOKEN:/],
  ["three signing secrets", { SLACK_SIGNING_SECRET: `${secret} b c` }, /^SLACK_SIGNING_SECRET:/],
  ["bot without a way in", { SLACK_BOT_TOKEN: "xoxb-1" }, /^SLACK_SIGNING_SECRET: required/],
  ["Slack URL", { SLACK_API_URL: "slack" }, /^SLACK_API_URL:/],
  ["AWS endpoint", { AWS_ENDPOINT_URL: "localhost" }, /^AWS_ENDPOINT_URL:/],
  ["allow", { POLICYCORTEX_ALLOW_AWS_ENDPOINT: "yes" }, /^POLICYCORTEX_ALLOW_AWS_ENDPOINT:/],
  ["log level", { LOG_LEVEL: "loud" }, /^LOG_LEVEL:/],
  ["database without key", { DATABASE_URL: "postgres://db/pc" }, /^POLICYCORTEX_SECRET_KEY: required/],
  ["missing file", { SLACK_BOT_TOKEN_FILE: "/no/such/file" }, /^SLACK_BOT_TOKEN_FILE: .*cannot be read/],
  ["both", { SLACK_APP_TOKEN: "xapp-1", SLACK_APP_TOKEN_FILE: "/x" }, /^SLACK_APP_TOKEN and SLACK_APP_TOKEN_FILE/],
];

test.each(wrong)("%s wrong: one line that names the variable and shows no value", (_name, environment, message) => {
  try {
    load(environment);
  } catch (error) {
    const text = (error as Error).message;
    expect(error).toMatchObject({ code: "bad_config" });
    expect(text).toMatch(message);
    expect(text).not.toContain("\n");
    expect(text).not.toContain(secret);
    expect(text).not.toContain(token);
    return;
  }
  throw new Error("it was taken");
});

test("the environment wins over .env; empty counts as not set", () => {
  const env = file("one.env", "PORT=4000\nLOG_LEVEL=warn # comment\nPOLICYCORTEX_DATA='some where'\n");
  expect(load({ PORT: "5000", POLICYCORTEX_DATA: "" }, env)).toMatchObject({
    port: 5000,
    logLevel: "warn",
    dataFolder: "some where",
  });
});

test("secrets come from files too", () => {
  const config = load({
    POLICYCORTEX_SECRET_KEY_FILE: file("key", `${key}\n`),
    DATABASE_URL_FILE: file("url", "postgres://db/x\n"),
  });
  expect(config).toMatchObject({ secretKey: Buffer.alloc(32, 7), databaseUrl: "postgres://db/x" });
  expect(() => load({ POLICYCORTEX_SECRET_KEY_FILE: file("empty", "\n") })).toThrow(/_FILE: .* is empty/);
});

test("a command that does not serve needs no key", () => {
  expect(loadConfig({ DATABASE_URL: "postgres://db/pc" }, { envFile: none, serving: false }).databaseUrl).toBeDefined();
});

test("a Config is frozen and shows no secret when printed", () => {
  const config = load({ SLACK_APP_TOKEN: "xapp-secret", POLICYCORTEX_SECRET_KEY: key });
  expect(() => ((config.slack as { appToken?: string }).appToken = "x")).toThrow(TypeError);
  expect(() => ((config as { port: number }).port = 1)).toThrow(TypeError);
  const printed = inspect({ config }, { depth: 9 }) + JSON.stringify(config);
  expect(printed).not.toMatch(/xapp-secret|07 07|BwcH/);
});
