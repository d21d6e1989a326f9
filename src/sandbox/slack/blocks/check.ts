import type { JsonObject } from "../types.ts";

/** Small checks that combine into a schema and report in the words of Slack's own validator (slack.md 5.5). */

export type Surface = "message" | "modal" | "home";

export interface Problem {
  code: "failed_constraint" | "missing_field" | "invalid_type";
  message: string;
  pointer: string;
  constraint?: { type: string };
  field?: string;
}

export interface Report {
  surface: Surface;
  problems: Problem[];
}

/** Looks at one value and adds what is wrong with it to the report. */
export type Check = (value: unknown, pointer: string, report: Report) => void;

export interface Field {
  check: Check;
  required: boolean;
}

export function required(check: Check): Field {
  return { check, required: true };
}

export function optional(check: Check): Field {
  return { check, required: false };
}

/** Adds a broken constraint to the report. */
export function fail(report: Report, pointer: string, constraint: string, message: string): void {
  report.problems.push({ code: "failed_constraint", message, pointer, constraint: { type: constraint } });
}

function wrongType(report: Report, pointer: string, message: string): void {
  report.problems.push({ code: "invalid_type", message, pointer });
}

/** Empty text is an error unless `min` is 0; lengths in UTF-16 units, which is never fewer than code points. */
export function string({ min = 1, max = Number.POSITIVE_INFINITY }: { min?: number; max?: number } = {}): Check {
  return (value, pointer, report) => {
    if (typeof value !== "string") {
      wrongType(report, pointer, "must provide a string");
      return;
    }
    if (value.length > max) fail(report, pointer, "max_length", `must be less than ${max + 1} characters`);
    if (value.length < min) fail(report, pointer, "min_length", `must be more than ${min - 1} characters`);
  };
}

/** An http or https address. */
export function url(max: number): Check {
  return (value, pointer, report) => {
    string({ max })(value, pointer, report);
    if (typeof value !== "string" || value === "") return;
    const protocol = URL.canParse(value) ? new URL(value).protocol : "";
    if (!["http:", "https:", "mailto:"].includes(protocol))
      fail(report, pointer, "format", "input must be a valid: url");
  };
}

/** A string of the given shape, such as a date. */
export function pattern(expression: RegExp): Check {
  return (value, pointer, report) => {
    if (typeof value !== "string") {
      wrongType(report, pointer, "must provide a string");
      return;
    }
    if (!expression.test(value))
      fail(report, pointer, "pattern", `input must match regex pattern: ${expression.source}`);
  };
}

export const boolean: Check = (value, pointer, report) => {
  if (typeof value !== "boolean") wrongType(report, pointer, "must be a boolean");
};

export function number({ min, max, integer = false }: { min?: number; max?: number; integer?: boolean } = {}): Check {
  return (value, pointer, report) => {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      wrongType(report, pointer, integer ? "must provide an integer" : "must provide a number");
      return;
    }
    if (integer && !Number.isInteger(value)) wrongType(report, pointer, "must provide an integer");
    if (max !== undefined && value > max) fail(report, pointer, "maximum", `must be less than ${max + 1}`);
    if (min !== undefined && value < min) fail(report, pointer, "minimum", `must be greater than ${min - 1}`);
  };
}

export function oneOf(...values: string[]): Check {
  return (value, pointer, report) => {
    if (typeof value !== "string") {
      wrongType(report, pointer, "must provide a string");
      return;
    }
    if (!values.includes(value)) fail(report, pointer, "enum", "must be a valid enum value");
  };
}

export function array(item: Check, { min = 0, max = Number.POSITIVE_INFINITY } = {}): Check {
  return (value, pointer, report) => {
    if (!Array.isArray(value)) {
      wrongType(report, pointer, "must provide an array");
      return;
    }
    if (value.length > max) fail(report, pointer, "max_items", `no more than ${max} items allowed`);
    if (value.length < min) fail(report, pointer, "min_items", `must provide at least ${min} items`);
    for (const [index, entry] of value.entries()) item(entry, `${pointer}/${index}`, report);
  };
}

/** Exactly these properties; `also` looks at the object as a whole when it is one. */
export function object(
  fields: Record<string, Field>,
  also?: (value: JsonObject, pointer: string, report: Report) => void,
): Check {
  return (value, pointer, report) => {
    if (!isObject(value)) {
      wrongType(report, pointer, "must provide an object");
      return;
    }
    for (const [name, { check, required: needed }] of Object.entries(fields)) {
      if (value[name] !== undefined) check(value[name], `${pointer}/${name}`, report);
      else if (needed) missing(report, pointer, name);
    }
    for (const name of Object.keys(value))
      if (!Object.hasOwn(fields, name))
        fail(report, pointer, "additional_properties", `invalid additional property: ${name}`);
    also?.(value, pointer, report);
  };
}

/** One of several objects, told apart by `type`. */
export function variant(checks: Record<string, Check>): Check {
  return (value, pointer, report) => {
    if (!isObject(value)) {
      wrongType(report, pointer, "must provide an object");
      return;
    }
    const { type } = value;
    if (type === undefined) {
      missing(report, pointer, "type");
      return;
    }
    const check = typeof type === "string" && Object.hasOwn(checks, type) ? checks[type] : undefined;
    if (check) check(value, pointer, report);
    else fail(report, `${pointer}/type`, "enum", `unsupported type: ${typeof type === "string" ? type : typeof type}`);
  };
}

/** Reports a required property that is not there. */
export function missing(report: Report, pointer: string, field: string): void {
  report.problems.push({ code: "missing_field", message: `missing required field: ${field}`, pointer, field });
}

/** For `type` inside an object that {@link variant} has already told apart. */
export const known = required(() => undefined);

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
