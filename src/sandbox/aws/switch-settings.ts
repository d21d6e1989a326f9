/** A permission that is missing. `*` and `?` are wildcards; what is absent is everybody. */
export interface Denial {
  readonly account?: string;
  /** An ARN, or the name of a user or role. */
  readonly principal?: string;
  /** `s3:PutBucketPolicy`, `iam:*`; the name of the API call or of the permission. */
  readonly action: string;
}

/** How long reads give what was there before a write: so many milliseconds, or so many reads. */
export interface Lag {
  readonly ms?: number;
  readonly reads?: number;
}

/** How many calls an account may make to a service. `burst` is `perSecond`, at least 1, when absent. */
export interface Rate {
  readonly account?: string;
  readonly service: string;
  readonly perSecond: number;
  readonly burst?: number;
}

export interface SwitchSettings {
  /** Added to every call. */
  readonly latencyMs: number;
  /** Added to the calls of one service. */
  readonly latency: Readonly<Record<string, number>>;
  readonly denials: readonly Denial[];
  /** By service: `iam`, `s3`, `s3control`, `secretsmanager`. */
  readonly lag: Readonly<Record<string, Lag>>;
  readonly rates: readonly Rate[];
}

type Fields = Readonly<Record<string, unknown>>;

const LONGEST_MS = 600_000;

/** Reads a change of the settings, from the page or a test; throws an Error that names the part that is wrong. */
export function readSettings(value: unknown): Partial<SwitchSettings> {
  const given = fields(value, "the switches");
  const parts: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(given)) {
    const read = PARTS.get(name);
    if (read === undefined) throw new Error(`There is no switch named ${name}`);
    parts[name] = read(part);
  }
  return parts;
}

const PARTS: ReadonlyMap<string, (part: unknown) => unknown> = new Map<string, (part: unknown) => unknown>([
  ["latencyMs", (part) => number(part, "latencyMs", LONGEST_MS)],
  ["latency", (part) => each(part, "latency", (ms, name) => number(ms, name, LONGEST_MS))],
  ["denials", (part) => list(part, "denials").map(readDenial)],
  ["lag", (part) => each(part, "lag", readLag)],
  ["rates", (part) => list(part, "rates").map(readRate)],
]);

function readDenial(value: unknown): Denial {
  const { account, principal, action } = fields(value, "a denial");
  return { ...optional("account", account), ...optional("principal", principal), action: text(action, "action") };
}

function readLag(value: unknown, name: string): Lag {
  const { ms, reads } = fields(value, name);
  return {
    ...(ms === undefined ? {} : { ms: number(ms, `${name}.ms`, LONGEST_MS) }),
    ...(reads === undefined ? {} : { reads: number(reads, `${name}.reads`, 1000) }),
  };
}

function readRate(value: unknown): Rate {
  const { account, service, perSecond, burst } = fields(value, "a rate");
  return {
    ...optional("account", account),
    service: text(service, "service"),
    perSecond: number(perSecond, "perSecond", 100_000),
    ...(burst === undefined ? {} : { burst: number(burst, "burst", 100_000) }),
  };
}

function optional(name: string, value: unknown): Fields {
  return value === undefined || value === "" ? {} : { [name]: text(value, name) };
}

function each<T>(value: unknown, name: string, read: (item: unknown, name: string) => T): Readonly<Record<string, T>> {
  const entries = Object.entries(fields(value, name));
  return Object.fromEntries(entries.map(([key, item]) => [key, read(item, `${name}.${key}`)]));
}

function fields(value: unknown, name: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error(`${name} must be an object`);
}

function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${name} must be a list`);
}

function text(value: unknown, name: string): string {
  if (typeof value === "string" && value !== "" && value.length <= 300) return value;
  throw new Error(`${name} must be a text`);
}

function number(value: unknown, name: string, most: number): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw new Error(`${name} must be a number from 0 to ${most}`);
}
