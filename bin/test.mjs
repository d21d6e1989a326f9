/** `npm test`: jest in native ESM. Generates the Prisma client when it is missing, so that blocked install scripts do no harm. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import "./build.mjs";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("..", import.meta.url));
const jest = require.resolve("jest/bin/jest");
const args = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", jest, ...process.argv.slice(2)];
const child = spawn(process.execPath, args, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, NODE_OPTIONS: "--disable-warning=ExperimentalWarning" },
});
child.on("exit", (code, signal) => (process.exitCode = signal ? 1 : (code ?? 1)));
