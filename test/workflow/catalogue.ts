import { z } from "zod";
import type { ActionFacts, SourceFile } from "../../src/workflow/documents.ts";

/** A catalogue for tests: the two actions of the seed workflow and one more that changes something. */
const facts: readonly ActionFacts[] = [
  {
    name: "aws_s3_disable_public_access",
    changesSomething: true,
    impact: "MEDIUM",
    type: "network_isolation",
    installed: true,
    params: z.strictObject({ bucket_name: z.string().min(3), preserve_existing_policy: z.boolean().optional() }),
  },
  {
    name: "isolate_compromised_resource",
    changesSomething: true,
    impact: "HIGH",
    type: "network_isolation",
    installed: false,
    params: z.strictObject({ resource_id: z.string(), isolation_method: z.enum(["security_group_lockdown", "nacl"]) }),
  },
  {
    name: "send_slack_message",
    changesSomething: false,
    impact: "LOW",
    type: "notification",
    installed: true,
    params: z.strictObject({
      channel: z.string(),
      message: z.string(),
      lines: z.array(z.string()).optional(),
      count: z.number().optional(),
    }),
  },
];

export const actions: ReadonlyMap<string, ActionFacts> = new Map(facts.map((fact) => [fact.name, fact]));

/** The documents that every workflow under test stands beside. */
export const policies: SourceFile = {
  file: "policies.yaml",
  text: `approvers:
  security_team: { slack_group: "@security" }
  resource_owner: { from: "resource.tags.Owner" }
  ciso: { slack_users: [U0CISO] }
  cto: { slack_users: [U0CTO] }
  both: { slack_users: [U0CISO] }
  security_manager: { slack_group: "@managers" }
conditions:
  - name: "high_risk_resource"
    expression: "resource.contains_pii or resource.internet_facing"
`,
};
