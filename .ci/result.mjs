/** Prints what failed to standard error, and `PASSED FAILED` of jest's JSON result to standard output, for `.ci/run`. */
import { existsSync, readFileSync } from "node:fs";

const [file, exitCode] = process.argv.slice(2);
if (!existsSync(file)) {
  process.stderr.write("npm test wrote no result\n");
  process.stdout.write("0 1\n");
} else {
  const result = JSON.parse(readFileSync(file, "utf8"));
  const {
    numPassedTests: passed,
    numFailedTests,
    numRuntimeErrorTestSuites: broken,
    numPendingTests: skipped,
  } = result;
  for (const suite of result.testResults) {
    const failures = suite.assertionResults.filter(({ status }) => status === "failed");
    for (const { fullName } of failures) process.stderr.write(`        failed: ${suite.name}: ${fullName}\n`);
    if (suite.status === "failed" && failures.length === 0)
      process.stderr.write(`        did not run: ${suite.name}\n`);
  }
  if (skipped > 0) process.stderr.write(`${skipped} tests were skipped\n`);
  const failed = numFailedTests + broken;
  process.stdout.write(`${passed} ${failed === 0 && exitCode !== "0" ? 1 : failed}\n`);
}
