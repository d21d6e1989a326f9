import { formatDate } from "./dates.js";
import { h, link } from "./dom.js";
import { emojiText } from "./emoji.js";
import { mentionChannel, mentionGroup, mentionUser } from "./names.js";

/** Slack's mrkdwn as nodes. */

const inlinePattern =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*[^_\s])_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])|:([a-z0-9_+-]+):/g;

/** Blocks of code and quotes, and lines in between. */
export function mrkdwn(text) {
  return text.split(/```\n?/).flatMap((part, index, all) => {
    const isCode = index % 2 === 1 && index < all.length - 1;
    return isCode ? [h("pre", {}, unescape(part.replace(/\n$/, "")))] : lines(part);
  });
}

function lines(text) {
  const nodes = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length > 0) nodes.push(h("blockquote", {}, joined(quote)));
    quote = [];
  };
  let plain = [];
  const endPlain = () => {
    if (plain.length > 0) nodes.push(...joined(plain));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      endPlain();
      quote.push(quoted[1]);
    } else {
      endQuote();
      plain.push(line);
    }
  }
  endQuote();
  endPlain();
  return nodes;
}

function joined(rows) {
  return rows.flatMap((row, index) => (index === 0 ? inline(row) : [h("br"), ...inline(row)]));
}

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(inlinePattern)) {
    if (match.index > end) nodes.push(unescape(text.slice(end, match.index)));
    nodes.push(styled(match));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(unescape(text.slice(end)));
  return nodes;
}

function styled([, code, special, bold, italic, strike, emoji]) {
  if (code !== undefined) return h("code", {}, unescape(code));
  if (special !== undefined) return entity(special);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  if (strike !== undefined) return h("s", {}, inline(strike));
  return emojiText(emoji);
}

/** What stands between `<` and `>`: a mention, a date or a link. */
function entity(text) {
  const bar = text.indexOf("|");
  const [target, label] = bar === -1 ? [text, undefined] : [text.slice(0, bar), unescape(text.slice(bar + 1))];
  if (target.startsWith("@")) return mentionUser(target.slice(1));
  if (target.startsWith("#")) return mentionChannel(target.slice(1), label);
  if (target.startsWith("!subteam^")) return mentionGroup(target.slice("!subteam^".length));
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return h("span", { class: "mention me" }, `@${target.slice(1)}`);
  return link(unescape(target), label ?? unescape(target));
}

function dateNode(target, fallback) {
  const [, seconds, pattern, address] = target.split("^");
  const shown = formatDate(seconds, pattern ?? "") ?? fallback ?? "";
  const time = h("time", { datetime: new Date(Number(seconds) * 1000 || 0).toISOString(), title: fallback }, shown);
  return address ? link(address, time) : time;
}

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
