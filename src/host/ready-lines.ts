import type { Config } from "../config.ts";
import type { RunningSandbox } from "./sandbox-process.ts";

/** What a start prints: the addresses, one line each, and what to do next. */
export function readyLines(start: {
  readonly config: Config;
  readonly url: string;
  readonly role: string;
  readonly sandbox?: RunningSandbox;
  readonly problems: readonly string[];
}): string {
  const { config, url, sandbox } = start;
  const lines = [
    `policycortex is ready (${start.role})`,
    `  events      POST ${url}/api/v1/events`,
    `  database    ${config.databaseUrl === undefined ? `embedded PostgreSQL, data in ${config.dataFolder}` : "PostgreSQL of DATABASE_URL"}`,
    ...(sandbox ? sandboxLines(url, sandbox, config.slack.botToken === undefined) : []),
    ...start.problems.map((problem) => `  attention   ${problem}`),
  ];
  return `${lines.join("\n")}\n`;
}

function sandboxLines(url: string, sandbox: RunningSandbox, slack: boolean): string[] {
  const aws = `  sandbox AWS ${sandbox.aws.url}`;
  if (!slack) return [aws];
  const headers = `-H 'Authorization: Bearer ${sandbox.token}' -H 'content-type: application/json'`;
  return [
    aws,
    `  sandbox     ${url}/sandbox   <- open it, choose who you are, press "Send a finding"`,
    `  event token ${sandbox.token}`,
    `  try         curl ${headers} --data @workflows/samples/public-bucket.json ${url}/api/v1/events`,
  ];
}
