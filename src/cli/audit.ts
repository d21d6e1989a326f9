import type { Command } from "commander";
import { createAnchor } from "../audit/seal.ts";
import { createSigner } from "../audit/signing.ts";
import { verifyAudit, type AuditVerdict } from "../audit/verify.ts";
import { secretKey } from "../host/secret-key.ts";
import { counted, formatOption, print, printJson, type Format } from "./output.ts";
import type { ExitCode } from "./program.ts";
import { withStore } from "./server-state.ts";

/** `audit verify`: finds any edit, deletion, swap or cut tail (DESIGN 6). */
export function addAuditCommands(program: Command, exit: (code: ExitCode) => void): void {
  const audit = program.command("audit").description("the audit log");
  audit
    .command("verify")
    .description("check every chain, checkpoint and signature, and the anchor; exit 1 when anything was changed")
    .addOption(formatOption())
    .action(async ({ format }: { format: Format }) => {
      const verdict = await verify();
      if (format === "json") printJson(verdict);
      else print(verdictText(verdict));
      exit(verdict.ok ? 0 : 1);
    });
}

interface Verdict extends AuditVerdict {
  readonly signatures: "checked" | "not checked";
}

async function verify(): Promise<Verdict> {
  return withStore(async (store, { config }) => {
    // With DATABASE_URL the key is the server's: without it a key made here would call every signature false.
    const known = config.secretKey !== undefined || config.databaseUrl === undefined;
    const signer = known ? createSigner(await secretKey(config.secretKey, config.dataFolder)) : undefined;
    const anchor = createAnchor(config.auditAnchor ?? `${config.dataFolder}/audit.anchor`);
    const verdict = await verifyAudit(store.housekeeping, anchor, signer);
    return { ...verdict, signatures: known ? "checked" : "not checked" };
  });
}

function verdictText({ ok, entries, checkpoints, problems, signatures }: Verdict): string {
  const looked = `${entries} ${entries === 1 ? "entry" : "entries"}, ${counted(checkpoints, "checkpoint")}`;
  const note = signatures === "checked" ? "" : "; signatures not checked: set POLICYCORTEX_SECRET_KEY";
  if (ok) return `the audit log is intact: ${looked}${note}`;
  return [...problems, `the audit log is broken: ${counted(problems.length, "problem")} in ${looked}${note}`].join(
    "\n",
  );
}
