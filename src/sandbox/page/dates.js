/** Times of messages, and Slack's `{date…}` formats in the reader's zone. */

const format = (options) => new Intl.DateTimeFormat(undefined, options);
const formats = {
  date_num: format({ year: "numeric", month: "2-digit", day: "2-digit" }),
  date: format({ year: "numeric", month: "long", day: "numeric" }),
  date_short: format({ year: "numeric", month: "short", day: "numeric" }),
  date_long: format({ weekday: "long", year: "numeric", month: "long", day: "numeric" }),
  time: format({ hour: "numeric", minute: "2-digit" }),
  time_secs: format({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
};

/** A format string such as `{date_short_pretty} at {time}` for seconds since 1970. */
export function formatDate(seconds, pattern) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, name) => {
    const pretty = name.endsWith("_pretty") ? near(date) : undefined;
    if (name === "ago") return ago(date);
    return pretty ?? formats[name.replace(/_pretty$/, "")]?.format(date) ?? whole;
  });
}

function near(date) {
  const day = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  const days = Math.round((day(date) - day(new Date())) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

function ago(date) {
  const minutes = Math.round((date.getTime() - Date.now()) / 60_000);
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(minutes, "minute");
}

/** When a message was posted: the time, and in full for the title. */
export function postedAt(ts) {
  const date = new Date(Number(ts) * 1000);
  return {
    iso: date.toISOString(),
    short: formats.time.format(date),
    full: `${formats.date_long.format(date)}, ${formats.time_secs.format(date)}`,
  };
}
