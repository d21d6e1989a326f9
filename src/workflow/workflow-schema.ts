import { z } from "zod";
import { Count, Duration, Name, RoleNames, Word } from "./schema-parts.ts";

/** The step types of the seeds. */
const stepTypes = [
  "evaluation",
  "remediation",
  "notification",
  "containment",
  "ticketing",
  "alerting",
  "forensics",
  "immediate_action",
  "conditional",
  "assessment",
  "analysis",
  "reporting",
  "distribution",
  "visualization",
] as const;

/** `- severity: ["HIGH", "CRITICAL"]`: every entry must match, a list means any of (DESIGN 7.1). */
const Scalar = z.union(
  [z.string(), z.number(), z.boolean(), z.null()],
  "a condition compares with a text, a number, true, false or a list of them",
);
const ConditionList = z
  .array(
    z.record(
      Word,
      z.union(
        [Scalar, z.array(Scalar).min(1, "the list is empty")],
        "a condition compares with a text, a number, true, false or a list of them",
      ),
    ),
  )
  .min(1, "the list is empty");

const Retry = z.strictObject({
  attempts: z.int().min(1).max(20),
  initial_delay: Duration.optional(),
  max_delay: Duration.optional(),
});

export const Step = z.strictObject({
  name: Word,
  type: z.enum(stepTypes),
  action: z.string().optional(),
  parameters: z.record(z.string(), z.json()).optional(),
  conditions: ConditionList.optional(),
  script: z.string().min(1, "the script is empty").optional(),
  condition: z.string().min(1, "the condition is empty").optional(),
  on_false: z.enum(["continue", "stop"]).optional(),
  timeout: Duration.optional(),
  max_delay: Duration.optional(),
  retry: Retry.optional(),
});
export type Step = z.infer<typeof Step>;

export const Approval = z.strictObject({
  required_for: z.array(Word).min(1, "name at least one condition, or leave required_for out to ask always").optional(),
  approvers: RoleNames.optional(),
  required_approvals: Count.optional(),
  /** Name of an approval chain; `default` is the one under `approval_chain:`. */
  chain: Word.optional(),
  timeout: Duration.optional(),
});
export type Approval = z.infer<typeof Approval>;

const Trigger = z
  .strictObject({
    event: z
      .string()
      .regex(
        /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/,
        "an event type is dotted lower case, such as policy.violation.created",
      )
      .optional(),
    schedule: z.string().optional(),
    conditions: ConditionList.optional(),
  })
  .refine(
    (trigger) => (trigger.event === undefined) !== (trigger.schedule === undefined),
    "a trigger has either event or schedule",
  );
export type Trigger = z.infer<typeof Trigger>;

/** `workflow:` of the workflow seed. */
export const Workflow = z.strictObject({
  name: Name,
  description: z.string().optional(),
  version: z.string().optional(),
  trigger: Trigger,
  steps: z.array(Step).min(1, "a workflow has at least one step").max(200, "at most 200 steps"),
  approval: Approval.optional(),
});
export type Workflow = z.infer<typeof Workflow>;
