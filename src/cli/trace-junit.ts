import type { Trace, TracedStep } from "../run/trace.ts";
import { expectedText } from "./workflow-text.ts";

/** A trace as a JUnit report, for CI: the trigger and each step are one test case. */
export function traceJunit(trace: Trace): string {
  const { workflow, trigger, steps } = trace;
  const failures = (trigger.starts ? 0 : 1) + steps.filter((step) => step.error !== undefined).length;
  const skipped = steps.filter(isSkipped).length;
  const attributes = `name="${escape(workflow.name)}" tests="${steps.length + 1}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite ${attributes} file="${escape(workflow.file)}">`,
    testCase(workflow.name, "trigger", trigger.starts ? "" : failure(whyNot(trace))),
    ...steps.map((step) => testCase(workflow.name, step.name, bodyOf(step))),
    "  </testsuite>",
    "</testsuites>",
  ].join("\n");
}

function testCase(suite: string, name: string, body: string): string {
  const start = `    <testcase classname="${escape(suite)}" name="${escape(name)}"`;
  return body === "" ? `${start}/>` : `${start}>${body}</testcase>`;
}

function bodyOf(step: TracedStep): string {
  if (step.error !== undefined) return failure(`${step.error.code}: ${step.error.message}`);
  return isSkipped(step) ? "<skipped/>" : "";
}

function isSkipped(step: TracedStep): boolean {
  return step.error === undefined && (step.status === "not_reached" || step.status === "skipped");
}

function failure(message: string): string {
  return `<failure message="${escape(message)}"/>`;
}

/** Every condition that does not hold, with what was found instead. */
function whyNot({ trigger }: Trace): string {
  const failing = trigger.conditions.filter((condition) => !condition.holds);
  const lines = failing.map(({ name, expected = null, actual }) => {
    return `${name} is ${actual === undefined ? "unknown" : expectedText(actual)}, wanted ${expectedText(expected)}`;
  });
  return [...(trigger.reason === undefined ? [] : [trigger.reason]), ...lines].join("; ");
}

/** What XML 1.0 cannot hold at all is left out. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
