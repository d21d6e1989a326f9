import { createConnectors, type OpenConnectors } from "../act/connectors/connectors.ts";
import { systemClock } from "../core/clock.ts";
import { PolicyError } from "../core/errors.ts";
import type { Surroundings } from "./server-state.ts";

/** The cloud that a command reads, and how to call it in a line. */
export interface Provider {
  readonly name: string;
  readonly connectors: OpenConnectors;
}

/**
 * The running sandbox's AWS in the sandbox, else AWS as its SDK finds it. The sandbox's keys are given in code and never
 * come from the environment.
 * @throws PolicyError `bad_config` for an endpoint override that nobody allowed: whoever sets one receives the calls.
 */
export function openProvider({ config, kind, sandbox }: Surroundings): Provider {
  if (kind === "sandbox" && sandbox !== undefined) {
    const { endpoint, region, accessKeyId, secretAccessKey } = sandbox.aws;
    const aws = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
    return { name: "the sandbox's AWS", connectors: createConnectors({ aws }, systemClock) };
  }
  if (config.aws.endpoint !== undefined && !config.aws.allowEndpoint)
    throw new PolicyError("bad_config", "AWS_ENDPOINT_URL: an endpoint override is refused outside the sandbox", {
      hint: "POLICYCORTEX_ALLOW_AWS_ENDPOINT=1 allows it",
    });
  const { region } = config.aws;
  return { name: "AWS", connectors: createConnectors({ aws: region === undefined ? {} : { region } }, systemClock) };
}
