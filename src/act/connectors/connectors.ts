import type { ActionContext, Connectors } from "../../core/action.ts";
import { systemClock, type Clock } from "../../core/clock.ts";
import { PolicyError } from "../../core/errors.ts";
import { AwsConnector, type AwsConfig } from "./aws.ts";

export interface ConnectorsConfig {
  /** An empty object means: as the SDK's default chain finds it. Absent: no AWS at all. */
  readonly aws?: AwsConfig;
}

/** Connectors with a way to end them. */
export interface OpenConnectors extends Connectors {
  readonly aws?: AwsConnector;
  /** Frees every connection, at shutdown. */
  close(): void;
}

/** One object per configured provider, for `ActionContext.connectors`. Nothing is called before an action calls. */
export function createConnectors(config: ConnectorsConfig, clock: Clock = systemClock): OpenConnectors {
  if (config.aws === undefined) return { close: () => undefined };
  const aws = new AwsConnector(config.aws, clock);
  return { aws, close: () => aws.close() };
}

/**
 * The AWS connector of a context.
 * @throws PolicyError `bad_config` when AWS is not configured.
 */
export function awsOf(context: Pick<ActionContext, "connectors">): AwsConnector {
  const { aws } = context.connectors;
  if (aws instanceof AwsConnector) return aws;
  throw new PolicyError("bad_config", "AWS is not configured", { hint: "set AWS_REGION and AWS credentials" });
}
