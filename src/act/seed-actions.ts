import { z } from "zod";
import type { ActionFacts, ActionType } from "../core/action.ts";
import type { Level } from "../core/level.ts";

/*
 * Actions that the two seed documents name and that have no folder yet. They are known so that the seeds' documents lint
 * and dry-run; whatever gets a folder leaves this list by being found in the catalogue.
 */

const text = z.string().min(1);
const texts = z.array(text).min(1);
/** The policy actions of the remediation seed take the entity from the threat; a step may name another one. */
const entity = z.strictObject({ entity_id: text.optional() });

function changing(name: string, type: ActionType, impact: Level, params: z.ZodType): ActionFacts {
  return { name, changesSomething: true, impact, params, type, installed: false };
}
function telling(name: string, params: z.ZodType): ActionFacts {
  return { name, changesSomething: false, impact: "LOW", params, type: "notification", installed: false };
}

/** Seed "Automation Workflows": the actions of its sample workflows, with the parameters used there. */
const workflowActions: readonly ActionFacts[] = [
  changing(
    "isolate_compromised_resource",
    "network_isolation",
    "HIGH",
    z.strictObject({ resource_id: text, isolation_method: text }),
  ),
  telling("create_jira_incident", z.strictObject({ priority: text, assignee: text, title: text, description: text })),
  telling("pagerduty_alert", z.strictObject({ service: text, severity: text, message: text })),
  // It makes resources that cost and hold data, so it changes something; none of the seed's types is nearer.
  changing("snapshot_environment", "access_quarantine", "LOW", z.strictObject({ scope: text, retention: text })),
  telling("send_email", z.strictObject({ recipients: texts, template: text, attachments: texts.optional() })),
  changing("deny_all_public_access", "permission_reduction", "HIGH", z.strictObject({ resource_id: text.optional() })),
  telling("notify_legal_team", z.strictObject({ urgency: text, breach_type: text })),
  telling(
    "run_compliance_assessment",
    z.strictObject({ frameworks: texts, scope: text, include_trends: z.boolean().optional() }),
  ),
  telling(
    "identify_recurring_violations",
    z.strictObject({ time_period: text, group_by: texts, min_occurrence_count: z.int().min(1) }),
  ),
  telling(
    "generate_compliance_summary",
    z.strictObject({ template: text, include_charts: z.boolean().optional(), risk_trending: z.boolean().optional() }),
  ),
  telling("send_report_email", z.strictObject({ recipients: z.record(text, texts), format: texts, subject: text })),
  telling("refresh_compliance_dashboard", z.strictObject({ dashboard_id: text, cache_duration: text })),
];

/** Seed "Remediation Policy Configuration": the actions its policies allow, run at once or after approval. */
const policyActions: readonly ActionFacts[] = [
  telling("monitor_enhanced", entity),
  telling("alert_security_team", entity),
  changing("temporary_permission_reduction", "permission_reduction", "MEDIUM", entity),
  changing("credential_rotation", "credential_rotation", "HIGH", entity),
  changing("access_quarantine", "access_quarantine", "HIGH", entity),
  changing("network_isolation", "network_isolation", "HIGH", entity),
  changing("disable_entity", "access_quarantine", "CRITICAL", entity),
  changing("revoke_all_access", "permission_reduction", "CRITICAL", entity),
  telling("alert_ciso", entity),
  changing("forensic_analysis", "access_quarantine", "LOW", entity),
  telling("incident_response", entity),
];

export const seedActions: readonly ActionFacts[] = [...workflowActions, ...policyActions];
