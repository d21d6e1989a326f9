import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { startAws } from "./aws/server.ts";
import { startSlack } from "./slack/server.ts";

/**
 * The sandbox as a process of its own: a local Slack and a local AWS. Prints one line of JSON when both are ready and
 * ends, saving its state, when its standard input closes (the parent is gone) or on SIGTERM.
 */
async function main(): Promise<void> {
  const { data, port, awsPort, botUrl, eventToken } = readOptions();
  // Ctrl-C reaches the whole terminal; the parent decides when the sandbox may end.
  process.on("SIGINT", () => undefined);
  const aws = await startAws({ port: awsPort, stateFile: join(data, "aws.json") });
  const slack = await startSlack({
    port,
    stateFile: join(data, "slack.json"),
    awsPageUrl: aws.url,
    ...botUrl,
    ...eventToken,
  });

  let stopping: Promise<unknown> | undefined;
  const stop = () => {
    stopping ??= Promise.all([slack.stop(), aws.stop()]).then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on("SIGTERM", stop);
  process.stdin.on("end", stop).on("close", stop).on("error", stop).resume();

  const { url, apiUrl, botToken, signingSecret, teamId, botUserId, appId } = slack;
  const { endpoint, accessKeyId, secretAccessKey, accountId, region } = aws;
  const ready = {
    slack: { url, apiUrl, botToken, signingSecret, teamId, botUserId, appId },
    aws: { endpoint, url: aws.url, accessKeyId, secretAccessKey, accountId, region },
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

function readOptions() {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { data: text, port: text, "aws-port": text, "bot-url": text, "event-token-file": text },
  });
  if (values.data === undefined) throw new Error("--data DIR is missing: where the sandbox keeps its state");
  const tokenFile = values["event-token-file"];
  return {
    data: values.data,
    port: portNumber("--port", values.port),
    awsPort: portNumber("--aws-port", values["aws-port"]),
    botUrl: values["bot-url"] === undefined ? {} : { botUrl: values["bot-url"] },
    eventToken: tokenFile === undefined ? {} : { eventToken: readFileSync(tokenFile, "utf8").trim() },
  };
}

function portNumber(name: string, value = "0"): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${name} ${value} is not a port`);
  return port;
}

function fail(error: unknown): never {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
