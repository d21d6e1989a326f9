import { text } from "../arguments.ts";
import type { Lints } from "./lint.ts";

/** Lints of how the bot used the API and answered. */

const UPDATE_EVERY_MS = 3_000;

const posting = "channel text blocks attachments thread_ts metadata parse link_names mrkdwn token as_user";
const looks = "icon_emoji icon_url username";
const known: Record<string, string> = {
  "chat.postMessage": `${posting} ${looks} reply_broadcast unfurl_links unfurl_media markdown_text`,
  "chat.update": `${posting} ts reply_broadcast file_ids markdown_text unfurl_links unfurl_media`,
  "chat.postEphemeral": `${posting} ${looks} user markdown_text`,
  "chat.delete": "channel ts as_user token",
  "views.open": "trigger_id interactivity_pointer view token",
  "views.push": "trigger_id interactivity_pointer view token",
  "views.update": "view_id external_id hash view token",
  "views.publish": "user_id hash view token",
};

const updates: Lints = ({ log }) => {
  const last = new Map<string, number>();
  return log
    .filter(({ method, ok }) => method === "chat.update" && ok)
    .flatMap(({ args, at }) => {
      const where = `${String(args["channel"])}/${String(args["ts"])}`;
      const gap = at - (last.get(where) ?? Number.NEGATIVE_INFINITY);
      last.set(where, at);
      return gap < UPDATE_EVERY_MS ? [{ rule: "update_too_often" as const, where, detail: `after ${gap} ms` }] : [];
    });
};

const limits: Lints = ({ log }) =>
  log
    .filter(({ overLimit }) => overLimit)
    .map(({ method, args }) => ({ rule: "over_limit", where: method, detail: text(args, "channel") ?? "" }));

const argumentNames: Lints = ({ log }) =>
  log.flatMap(({ method, args }) => {
    const names = known[method]?.split(" ");
    if (!names) return [];
    return Object.keys(args)
      .filter((name) => !names.includes(name))
      .map((detail) => ({ rule: "unknown_argument" as const, where: method, detail }));
  });

const answers: Lints = ({ deliveries }) =>
  deliveries.flatMap(({ id, kind, answer, status, problem }) => {
    const said = kind === "block_actions" && status === 200 && answer.trim() !== "";
    const detail = problem ?? (said ? "a click's answer has no meaning, yet there is one" : undefined);
    return detail === undefined ? [] : [{ rule: "bad_answer" as const, where: `${kind} ${id}`, detail }];
  });

export const callLints: Lints[] = [updates, limits, argumentNames, answers];
