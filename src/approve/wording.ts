import type { ApprovalState, VoteOutcome } from "../core/approval.ts";

type Refused = Extract<VoteOutcome, { outcome: "refused" }>;

const messages: Record<Exclude<Refused["code"], "already_decided">, string> = {
  own_request: "You made this request, so somebody else has to decide it.",
  not_an_approver: "You are not among the people who may decide this request now.",
  stale_revision: "The plan has changed since this card was drawn; look at the newest card before you decide.",
  forged_reference: "There is no such request here.",
  directory_unreachable: "Whether you may decide could not be checked just now; your vote was not counted. Try again.",
};

const decided: Record<ApprovalState, string> = {
  pending: "This request is being decided right now; try again.",
  approved: "This request was already approved.",
  denied: "This request was already denied.",
  expired: "This request expired before your vote; nothing will be changed. It can be requested again.",
  cancelled: "This request was cancelled; nothing will be changed.",
  superseded: "This request was replaced by a newer one, because what was approved no longer fits.",
};

/** A refusal with the words the person reads; it leaves the request as it was. */
export function refuse(code: Refused["code"], state?: ApprovalState, message?: string): Refused {
  const words = message ?? (code === "already_decided" ? decided[state ?? "pending"] : messages[code]);
  return { outcome: "refused", code, message: words, ...(state ? { state } : {}) };
}

/** `5 minutes`, `72 hours`, `90 seconds`: the largest unit that divides the time. */
export function describeDuration(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const [count, unit] =
    seconds % 3600 === 0
      ? [seconds / 3600, "hour"]
      : seconds % 60 === 0
        ? [seconds / 60, "minute"]
        : [seconds, "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const longestReason = 2_000;

/** A person's reason as it can be stored: no control characters, no half of a surrogate pair, at most 2,000 characters. */
export function cleanReason(reason: string | undefined): string | undefined {
  // PostgreSQL refuses U+0000 and unpaired surrogates; other control characters have no place in a card.
  const kept = Array.from(reason ?? "").filter((character) => {
    const code = character.codePointAt(0)!;
    return (code >= 32 || code === 10) && code !== 127 && !(code >= 0xd800 && code <= 0xdfff);
  });
  const text = kept.join("").trim();
  if (text === "") return undefined;
  return kept.length > longestReason
    ? `${Array.from(text)
        .slice(0, longestReason - 1)
        .join("")}…`
    : text;
}
