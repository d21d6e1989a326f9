import { InvalidArgumentError, Option, type Command } from "commander";
import { loadConfig } from "../config.ts";
import { serve } from "../host/serve.ts";
import type { ExitCode } from "./program.ts";

type SandboxChoice = "all" | "aws" | "auto";

/** `serve`: the bot. Without a Slack token it brings its own Slack and AWS to practise on. */
export function addServeCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("serve")
    .description("run the bot; without SLACK_BOT_TOKEN with a sandbox Slack and a sandbox AWS")
    .addOption(new Option("--role <role>", "what this process does").choices(["all", "web", "worker"]).default("all"))
    .option("--sandbox [part]", "force the sandbox; `aws` pairs real Slack with practice AWS", sandboxPart, "auto")
    .action(async ({ role, sandbox }: { role: "all" | "web" | "worker"; sandbox: SandboxChoice | true }) => {
      exit(await serve({ config: loadConfig(process.env), role, sandbox: sandbox === true ? "all" : sandbox }));
    });
}

function sandboxPart(value: string): SandboxChoice {
  if (value === "aws" || value === "all") return value;
  throw new InvalidArgumentError("it takes no value, or aws");
}
