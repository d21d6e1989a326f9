import type { Level } from "../core/level.ts";
import type { SettingsDocument } from "./policy-schemas.ts";

export type Weekday = "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN";

/** `settings:` with every default filled in. Plain JSON: a run snapshots it. */
export interface Settings {
  /** IANA time zone; UTC unless said. */
  readonly zone: string;
  /** Milliseconds an approval waits when neither workflow nor policy says; 5 minutes (seed: "5-minute timeout"). */
  readonly approvalTimeoutMs: number;
  readonly channels: { readonly default?: string; readonly alerts?: string };
  /** Monday to Friday, 09:00 to 17:00 (workflow seed's `business_hours`). */
  readonly businessHours: { readonly from: string; readonly to: string; readonly days: readonly Weekday[] };
  readonly risk: {
    /** Lowest threat score of each level (remediation seed: 6.0 needs approval, 9.0 is an emergency). */
    readonly scores: { readonly MEDIUM: number; readonly HIGH: number; readonly CRITICAL: number };
    /** What a fact makes of the risk when it is true. */
    readonly facts: { readonly [fact: string]: Level };
  };
}

export const defaultSettings: Settings = {
  zone: "UTC",
  approvalTimeoutMs: 300_000,
  channels: {},
  businessHours: { from: "09:00", to: "17:00", days: ["MON", "TUE", "WED", "THU", "FRI"] },
  risk: {
    scores: { MEDIUM: 4, HIGH: 6, CRITICAL: 9 },
    facts: {
      contains_pii: "HIGH",
      admin_access_enabled: "HIGH",
      internet_facing: "MEDIUM",
      bucket_has_sensitive_data: "HIGH",
      data_contains_ssn: "CRITICAL",
      data_contains_credit_card: "CRITICAL",
      data_contains_email: "HIGH",
      data_contains_phone: "HIGH",
    },
  },
};

/** Lays a `settings:` document over the defaults; `risk.facts` is added to, everything else is replaced key by key. */
export function settingsOf(document: SettingsDocument | undefined): Settings {
  if (document === undefined) return defaultSettings;
  const base = defaultSettings;
  const defined = <T extends object>(part: T | undefined): Partial<T> =>
    Object.fromEntries(Object.entries(part ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
  return {
    zone: document.zone ?? base.zone,
    approvalTimeoutMs: document.approval_timeout ?? base.approvalTimeoutMs,
    channels: { ...base.channels, ...defined(document.channels) },
    businessHours: { ...base.businessHours, ...defined(document.business_hours) },
    risk: {
      scores: { ...base.risk.scores, ...defined(document.risk?.scores) },
      facts: { ...base.risk.facts, ...document.risk?.facts },
    },
  } as Settings;
}
