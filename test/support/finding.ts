import { randomBytes } from "node:crypto";

interface FindingOptions {
  readonly bucket?: string;
  readonly id?: string;
  readonly violation?: string;
  readonly severity?: string;
}

/** A native event about a public bucket; every one is a new event about a new violation unless said otherwise. */
export function finding(options: FindingOptions = {}) {
  const { bucket = "acme-logs", severity = "HIGH" } = options;
  const id = options.id ?? `evt-${randomBytes(6).toString("hex")}`;
  return {
    event_type: "policy.violation.created",
    event_id: id,
    timestamp: new Date().toISOString(),
    tenant_id: "default",
    violation: {
      id: options.violation ?? `v-${id}`,
      policy: { name: "s3-no-public-access" },
      severity,
      categories: ["security"],
      detected_at: new Date().toISOString(),
      resource: {
        id: `arn:aws:s3:::${bucket}`,
        name: bucket,
        type: "AWS::S3::Bucket",
        account_id: "123456789012",
        region: "us-east-1",
        tags: { Environment: "production", Owner: "olga@example.com" },
      },
    },
    facts: { bucket_has_sensitive_data: true },
  };
}

export interface EventAnswer {
  readonly status: number;
  readonly results: readonly {
    readonly event_id: string;
    readonly status: string;
    readonly runs: readonly string[];
    readonly reason?: string;
  }[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** Post anything to the bot's `/api/v1/events`. */
export async function postEvent(
  bot: { readonly url: string; readonly token: string },
  body: string | Buffer | object,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventAnswer> {
  const response = await fetch(`${bot.url}/api/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${bot.token}`, ...headers },
    body: typeof body === "string" ? body : Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
  });
  const answer = (await response.json()) as Partial<EventAnswer>;
  return { results: [], ...answer, status: response.status };
}
