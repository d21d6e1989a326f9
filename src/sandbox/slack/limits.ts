/** Every number of Slack's that the sandbox enforces, on one page (reference: slack.md 2.1, 2.3, 2.6, 2.9, 2.10). */

export const timeLimits = {
  /** Acknowledging an interaction or a command. */
  ackMs: 3_000,
  triggerMs: 3_000,
  responseUrlMs: 30 * 60_000,
  responseUrlUses: 5,
} as const;

export const messageLimits = {
  blocks: 50,
  /** Longer text is refused by `chat.update` and cut by `chat.postMessage`. */
  updateText: 4_000,
  postText: 40_000,
  /** Undocumented at Slack, seen from about 13,200. */
  allBlockText: 13_000,
  markdownText: 12_000,
  tableText: 10_000,
  dataTableText: 20_000,
  tables: 1,
  charts: 2,
  attachments: 100,
  metadataBytes: 8_000,
} as const;

export const scheduleLimits = { aheadMs: 120 * 86_400_000, windowMs: 5 * 60_000, perWindow: 30 } as const;

/** A stream dies this long after its start. */
export const streamLimits = { lifeMs: 300_000, chunkText: 256 } as const;

export const fileLimits = { altText: 1_000, channels: 100 } as const;

export const viewLimits = {
  blocks: 100,
  bytes: 250 * 1_024,
  depth: 3,
  title: 24,
  privateMetadata: 3_000,
  callbackId: 255,
  externalId: 255,
} as const;

export const blockLimits = {
  id: 255,
  text: 3_000,
  field: 2_000,
  fields: 10,
  header: 150,
  contextElements: 10,
  actionElements: 25,
  altText: 2_000,
  url: 3_000,
  imageTitle: 2_000,
  inputLabel: 2_000,
  alert: 200,
  planTasks: 50,
  tableRows: 100,
  tableCells: 20,
  cardTitle: 150,
  cardBody: 200,
  cardActions: 3,
  carouselCards: 10,
  containerTitle: 150,
  containerBlocks: 10,
  contextActions: 5,
  /** A header row and 200 more. */
  dataTableRows: 201,
  dataTablePage: 100,
  chartTitle: 50,
  chartSegments: 12,
  chartSeries: 12,
  chartPoints: 20,
  chartLabel: 20,
  chartAxisLabel: 50,
} as const;

export const elementLimits = {
  buttonText: 75,
  buttonValue: 2_000,
  accessibilityLabel: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  optionText: 75,
  optionDescription: 75,
  optionValue: 75,
  selectOptions: 100,
  optionGroups: 100,
  overflowOptions: 5,
  choiceOptions: 10,
  inputLength: 3_000,
  placeholder: 150,
  inputLines: 100,
  inputFiles: 10,
  visibleTo: 10,
} as const;

export type Tier = "tier1" | "tier2" | "tier3" | "tier4" | "special";

/** Calls a minute per method and workspace; `special` methods have limits of their own or none. */
export const callsPerMinute: Record<Tier, number> = {
  tier1: 1,
  tier2: 20,
  tier3: 50,
  tier4: 100,
  special: Number.POSITIVE_INFINITY,
};

/** `chat.postMessage` in one channel: one a second, with a small burst. */
export const postsPerChannel = { perSecond: 1, burst: 3 } as const;
