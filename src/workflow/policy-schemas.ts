import { z } from "zod";
import { levels } from "../core/level.ts";
import { Count, Duration, Name, RoleNames, Word } from "./schema-parts.ts";

/* The documents beside the workflows (DESIGN 7, CONTRACT "Slack"): one schema for each top-level key. */

/** `approvers:` role → the people who hold it. */
export const Approvers = z.record(
  Word,
  z
    .strictObject({
      slack_group: z
        .string()
        .regex(/^@?[a-z0-9][a-z0-9._-]{0,79}$|^S[A-Z0-9]{2,}$/, "a Slack group is a handle such as @security")
        .optional(),
      slack_users: z
        .array(z.string().regex(/^[UW][A-Z0-9]{2,}$/, "a Slack user id looks like U0123ABCD"))
        .min(1, "name at least one person")
        .optional(),
      emails: z.array(z.email("this is not an e-mail address")).min(1, "name at least one person").optional(),
      from: z
        .string()
        .regex(/^resource\.tags\.[A-Za-z0-9_:.-]+$/, "from is a tag path such as resource.tags.Owner")
        .optional(),
    })
    .refine(
      (binding) => Object.keys(binding).length > 0,
      "nobody holds this role: give slack_group, slack_users, emails or from",
    )
    .refine((binding) => binding.from === undefined || Object.keys(binding).length === 1, "from stands alone"),
);
export type Approvers = z.infer<typeof Approvers>;

/** `conditions:` named expressions. */
export const Conditions = z
  .array(z.strictObject({ name: Word, expression: z.string().min(1, "the expression is empty") }))
  .min(1, "the list is empty");
export type Conditions = z.infer<typeof Conditions>;

const MatrixRow = z.strictObject({
  approvers: RoleNames,
  required_approvals: Count,
  escalation_timeout: Duration.optional(),
  /** Who is added then; the default is in DESIGN 7.8 and `decide/requirement.ts`. */
  escalate_to: RoleNames.optional(),
});

/** `approval_matrix:` impact → who and how many (remediation seed). */
export const ApprovalMatrix = z
  .strictObject({
    low_impact: MatrixRow.optional(),
    medium_impact: MatrixRow.optional(),
    high_impact: MatrixRow.optional(),
    critical_impact: MatrixRow.optional(),
  })
  .refine((matrix) => Object.keys(matrix).length > 0, "the matrix is empty");
export type ApprovalMatrix = z.infer<typeof ApprovalMatrix>;

/** `approval_chain:` stages in order (workflow seed): each waits for the one before. */
export const ApprovalChain = z
  .array(
    z.strictObject({
      step: Word,
      approvers: RoleNames,
      required_approvals: Count.optional(),
      /** The stage is skipped when this is certainly false. */
      condition: z.string().min(1, "the condition is empty").optional(),
      timeout: Duration.optional(),
    }),
  )
  .min(1, "the chain is empty")
  .max(20, "at most 20 stages")
  .refine((chain) => new Set(chain.map((stage) => stage.step)).size === chain.length, "a step stands twice");
export type ApprovalChain = z.infer<typeof ApprovalChain>;

/** `approval_chains:` several, by name; the one under `approval_chain:` is called `default`. */
export const ApprovalChains = z.record(Word, ApprovalChain);
export type ApprovalChains = z.infer<typeof ApprovalChains>;

const Comparisons = z
  .array(
    z.record(Word, z.union([z.string(), z.number(), z.boolean()], "a comparison is a text, a number, true or false")),
  )
  .min(1, "the list is empty");
const ActionNames = z.array(z.string().min(1, "the name is empty")).min(1, "name at least one action");
const enabled = z.boolean().optional();

/** `remediation_policies:` of the remediation seed: which threats are fixed at once, and which need people. */
export const RemediationPolicies = z.strictObject({
  auto_remediation: z.strictObject({ enabled, conditions: Comparisons, allowed_actions: ActionNames }).optional(),
  approval_required: z
    .strictObject({
      enabled,
      conditions: Comparisons,
      approval_timeout: Duration.optional(),
      allowed_actions: ActionNames,
    })
    .optional(),
  emergency_response: z
    .strictObject({
      enabled,
      conditions: Comparisons,
      approval_timeout: Duration.optional(),
      immediate_actions: ActionNames,
      post_approval_actions: ActionNames.optional(),
    })
    .optional(),
});
export type RemediationPolicies = z.infer<typeof RemediationPolicies>;

export const permissionNames = ["run", "stop", "undo", "retry", "pause", "break_glass"] as const;
export type Permission = (typeof permissionNames)[number];
const Roles = z.array(Word).max(20, "at most 20 roles");

/** `permissions:` what is left out nobody may do. */
export const Permissions = z.strictObject({
  run: Roles.optional(),
  stop: Roles.optional(),
  undo: Roles.optional(),
  retry: Roles.optional(),
  pause: Roles.optional(),
  break_glass: Roles.optional(),
});
export type Permissions = z.infer<typeof Permissions>;

/** `policies:` policy name → the control ids and finding types that mean it; a trailing * matches any rest. */
export const Policies = z.record(
  Name,
  z.array(z.string().min(1, "the id is empty").max(256, "the id is too long")).min(1, "name at least one id"),
);
export type Policies = z.infer<typeof Policies>;

const Zone = z.string().refine(isZone, "this is not a time zone: write one such as Europe/Berlin or UTC");
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day is written 09:00, in quotes");
const days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;

/** `settings:` with the documented defaults; every part may be left out. */
export const SettingsDocument = z.strictObject({
  /** IANA zone of business hours and schedules. Default UTC. */
  zone: Zone.optional(),
  /** Deadline of an approval that names none. Default 5 minutes. */
  approval_timeout: Duration.optional(),
  channels: z.strictObject({ default: channel().optional(), alerts: channel().optional() }).optional(),
  business_hours: z
    .strictObject({
      from: TimeOfDay.optional(),
      to: TimeOfDay.optional(),
      days: z.array(z.enum(days)).min(1, "name at least one day").optional(),
    })
    .optional(),
  risk: z
    .strictObject({
      /** Lowest threat score of each level. */
      scores: z
        .strictObject({
          MEDIUM: z.number().min(0).max(10).optional(),
          HIGH: z.number().min(0).max(10).optional(),
          CRITICAL: z.number().min(0).max(10).optional(),
        })
        .optional(),
      /** Facts that, when true, make the risk at least this. */
      facts: z.record(Word, z.enum(levels)).optional(),
    })
    .optional(),
});
export type SettingsDocument = z.infer<typeof SettingsDocument>;

function channel(): z.ZodString {
  return z.string().regex(/^#[a-z0-9_-]{1,80}$|^[CG][A-Z0-9]{2,}$/, "a channel is written #name, in quotes");
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
