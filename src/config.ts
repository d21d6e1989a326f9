import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import dotenv from "dotenv";
import { apiTokens, readVariables, type Variables } from "./config-variables.ts";
import { PolicyError } from "./core/errors.ts";
import type { ApiToken } from "./ingest/authenticate.ts";

/** What the environment says, checked. Frozen; printing it shows no secret. */
export interface Config {
  /** Absent: the embedded database. */
  readonly databaseUrl?: string;
  /** The role that owns the tables; absent: the serving role migrates too. */
  readonly migrationUrl?: string;
  readonly port: number;
  /** Absent: loopback in the sandbox, else every address. */
  readonly host?: string;
  /** For links; without a slash at the end. */
  readonly publicUrl?: string;
  /** 32 bytes. */
  readonly secretKey?: Buffer;
  readonly dataFolder: string;
  readonly workflowFolders: readonly string[];
  /** Absent: `settings.channels.default`, else #security-alerts. */
  readonly channel?: string;
  readonly webhookSecrets: readonly string[];
  readonly apiTokens: readonly ApiToken[];
  /** A file or `s3://…`; absent: beside the data. */
  readonly auditAnchor?: string;
  readonly slack: {
    readonly botToken?: string;
    readonly signingSecrets: readonly string[];
    readonly appToken?: string;
    readonly apiUrl?: string;
  };
  readonly aws: {
    /** Any endpoint override of the AWS SDK, the general one or one service's. */
    readonly endpoint?: string;
    readonly allowEndpoint: boolean;
    readonly region?: string;
  };
  readonly logLevel: string;
}

interface ConfigOptions {
  /** Default `.env` in the working folder; the environment wins over it. */
  readonly envFile?: string;
  /** False for commands that never serve: what only serving needs is then not asked for. */
  readonly serving?: boolean;
}

/**
 * The one reader of the environment.
 * @throws PolicyError `bad_config`: one line that names the variable and never shows its value.
 */
export function loadConfig(environment: NodeJS.ProcessEnv, options: ConfigOptions = {}): Config {
  const merged = withFiles({ ...readEnvFile(options.envFile), ...definedOnly(environment) });
  const variables = readVariables(merged);
  if (options.serving ?? true) checkServing(variables);
  return conceal(freezeDeep(build(variables, merged)));
}

function build(variables: Variables, all: Environment): Config {
  const endpoint = variables.AWS_ENDPOINT_URL ?? serviceEndpoint(all);
  return {
    ...optional("databaseUrl", variables.DATABASE_URL),
    ...optional("migrationUrl", variables.POLICYCORTEX_MIGRATION_URL),
    port: variables.PORT,
    ...optional("host", variables.HOST),
    ...optional("publicUrl", variables.POLICYCORTEX_PUBLIC_URL),
    ...optional("secretKey", variables.POLICYCORTEX_SECRET_KEY),
    dataFolder: variables.POLICYCORTEX_DATA,
    workflowFolders: variables.POLICYCORTEX_WORKFLOWS,
    ...optional("channel", variables.POLICYCORTEX_CHANNEL),
    webhookSecrets: variables.POLICYCORTEX_WEBHOOK_SECRET,
    apiTokens: apiTokens(variables.POLICYCORTEX_API_TOKENS),
    ...optional("auditAnchor", variables.POLICYCORTEX_AUDIT_ANCHOR),
    slack: {
      ...optional("botToken", variables.SLACK_BOT_TOKEN),
      signingSecrets: variables.SLACK_SIGNING_SECRET,
      ...optional("appToken", variables.SLACK_APP_TOKEN),
      ...optional("apiUrl", variables.SLACK_API_URL),
    },
    aws: {
      ...optional("endpoint", endpoint),
      allowEndpoint: variables.POLICYCORTEX_ALLOW_AWS_ENDPOINT === "1",
      ...optional("region", variables.AWS_REGION ?? variables.AWS_DEFAULT_REGION),
    },
    logLevel: variables.LOG_LEVEL,
  };
}

type Environment = Readonly<Record<string, string>>;

/** A variable that is set to nothing counts as not set, as compose files write it. */
function definedOnly(environment: NodeJS.ProcessEnv): Environment {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value.trim() === "" ? [] : [[name, value.trim()]],
    ),
  );
}

function readEnvFile(file = ".env"): Environment {
  try {
    return definedOnly(dotenv.parse(readFileSync(file)));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new PolicyError("bad_config", `${file} cannot be read`, { cause });
  }
}

const secrets = [
  "DATABASE_URL",
  "POLICYCORTEX_MIGRATION_URL",
  "POLICYCORTEX_SECRET_KEY",
  "POLICYCORTEX_WEBHOOK_SECRET",
  "POLICYCORTEX_API_TOKENS",
  "SLACK_BOT_TOKEN",
  "SLACK_SIGNING_SECRET",
  "SLACK_APP_TOKEN",
] as const;

/** Secrets given as `NAME_FILE`, the way container platforms mount them. */
function withFiles(environment: Environment): Environment {
  const merged: Record<string, string> = { ...environment };
  for (const name of secrets) {
    const file = environment[`${name}_FILE`];
    if (file === undefined) continue;
    if (environment[name] !== undefined)
      throw new PolicyError("bad_config", `${name} and ${name}_FILE are both set: keep one`);
    merged[name] = readSecretFile(name, file);
  }
  return merged;
}

function readSecretFile(name: string, file: string): string {
  const text = (() => {
    try {
      return readFileSync(file, "utf8").trim();
    } catch (cause) {
      throw new PolicyError("bad_config", `${name}_FILE: the file ${file} cannot be read`, { cause });
    }
  })();
  if (text === "") throw new PolicyError("bad_config", `${name}_FILE: the file ${file} is empty`);
  return text;
}

function checkServing(variables: Variables): void {
  if (variables.DATABASE_URL !== undefined && variables.POLICYCORTEX_SECRET_KEY === undefined)
    throw new PolicyError("bad_config", "POLICYCORTEX_SECRET_KEY: required with DATABASE_URL", {
      hint: "32 random bytes as base64, for example from: openssl rand -base64 32",
    });
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: signing } = variables;
  if (bot !== undefined && app === undefined && signing.length === 0)
    throw new PolicyError("bad_config", "SLACK_SIGNING_SECRET: required with SLACK_BOT_TOKEN", {
      hint: "or set SLACK_APP_TOKEN for Socket Mode",
    });
}

/** `AWS_ENDPOINT_URL_S3` and its like bend a single service elsewhere: as much an override as the general one. */
function serviceEndpoint(environment: Environment): string | undefined {
  const name = Object.keys(environment).find((each) => each.startsWith("AWS_ENDPOINT_URL_"));
  return name === undefined ? undefined : environment[name];
}

function optional<K extends string, V>(key: K, value: V | undefined): { [name in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [name in K]?: V };
}

function freezeDeep<T extends object>(value: T): T {
  if (Buffer.isBuffer(value)) return value;
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) freezeDeep(part as object);
  return Object.freeze(value);
}

/** Logging or serialising a Config by mistake must not leak it: both see only the harmless part. */
function conceal(config: Config): Config {
  const { port, dataFolder, workflowFolders, channel, logLevel } = config;
  const shown = () => ({
    port,
    dataFolder,
    workflowFolders,
    ...optional("channel", channel),
    logLevel,
    "…": "the rest is not shown",
  });
  const hidden = { enumerable: false, value: shown };
  return Object.freeze(Object.defineProperties({ ...config }, { toJSON: hidden, [inspect.custom]: hidden }));
}
