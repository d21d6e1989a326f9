/** The dedupe keys of the notices that every run has, so that stages name them without asking Slack. */
export const noticeKey = {
  card: (runId: string) => `card:${runId}`,
  progress: (runId: string) => `progress:${runId}`,
  vote: (voteId: string, choice: string) => `vote:${voteId}:${choice}`,
  milestone: (runId: string, what: string) => `milestone:${runId}:${what}`,
  expired: (approvalId: string) => `expired:${approvalId}`,
} as const;
