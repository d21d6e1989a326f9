/** `npm test`: jest in native ESM. Builds what is stale first, so that blocked install scripts do no harm. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import "./build.mjs";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("..", import.meta.url));
const jest = require.resolve("jest/bin/jest");
const folder = mkdtempSync(join(tmpdir(), "policycortex-test-"));
const quiet = "--disable-warning=ExperimentalWarning";
const child = spawn(process.execPath, ["--experimental-vm-modules", quiet, jest, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} ${quiet}`.trim(),
    POLICYCORTEX_TEST_FOLDER: folder,
    // Node 20 is what we support; the SDK says in every file that it will not for ever.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  },
});
// Ctrl-C goes to jest too; we stay to clean up after it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  stopLeftDatabase();
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = signal ? 1 : (code ?? 1);
});

/** An interrupted jest tears nothing down: its PostgreSQL stands in a process group of its own. */
function stopLeftDatabase() {
  const pointer = join(folder, "postgres.json");
  if (!existsSync(pointer)) return;
  try {
    const { pid, home } = JSON.parse(readFileSync(pointer, "utf8"));
    if (pid > 0) process.kill(pid, "SIGQUIT");
    // As root the data lies here.
    if (home) rmSync(join("/var/lib/policycortex", home), { recursive: true, force: true, maxRetries: 10 });
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
