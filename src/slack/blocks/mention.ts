import type { Part } from "./rich.ts";
import { clean } from "./text.ts";

/* The only mentions there are: ids of a fixed shape, from our own records. */

const userShape = /^[UW][A-Z0-9]{2,20}$/;
const groupShape = /^S[A-Z0-9]{2,20}$/;

/** A person in mrkdwn; somebody without a Slack id is nobody to notify. */
export function userMention(id: string): string | undefined {
  return userShape.test(id) ? `<@${id}>` : undefined;
}

export function groupMention(id: string): string | undefined {
  return groupShape.test(id) ? `<!subteam^${id}>` : undefined;
}

/** A moment in the reader's own zone, for mrkdwn. */
export function dateMention(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? "–" : `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time}|${plainDate(iso)}>`;
}

/** A moment where Slack cannot translate it. */
function plainDate(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "–" : `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A person inside rich text: shown by Slack's own name for the id, else by the name we know. */
export function personPart(person: { readonly slackUserId?: string; readonly name: string }): Part {
  return person.slackUserId && userShape.test(person.slackUserId)
    ? { type: "user", user_id: person.slackUserId }
    : { type: "text", text: clean(person.name, 80), style: { bold: true } };
}

export function datePart(iso: string): Part {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return { type: "text", text: "–" };
  return {
    type: "date",
    timestamp: Math.floor(at / 1_000),
    format: "{date_short_pretty} {time}",
    fallback: plainDate(iso),
  };
}
