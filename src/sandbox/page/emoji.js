/** The emoji names a security bot is likely to use; others stay as `:name:`. */
const emoji = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rotating_light: "🚨", lock: "🔒", unlock: "🔓",
  shield: "🛡️", hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", bell: "🔔",
  no_entry: "⛔", no_entry_sign: "🚫", eyes: "👀", wave: "👋", tada: "🎉", rocket: "🚀", fire: "🔥", bulb: "💡",
  mag: "🔍", link: "🔗", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", arrows_counterclockwise: "🔄",
  leftwards_arrow_with_hook: "↩️", rewind: "⏪", red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡",
  large_green_circle: "🟢", large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", bar_chart: "📊",
  chart_with_upwards_trend: "📈", page_facing_up: "📄", clipboard: "📋", memo: "📝", key: "🔑", bust_in_silhouette: "👤",
  busts_in_silhouette: "👥", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", point_right: "👉", robot_face: "🤖",
  information_source: "ℹ️", question: "❓", exclamation: "❗", octagonal_sign: "🛑", checkered_flag: "🏁", calendar: "📅",
}; // prettier-ignore

export function emojiText(name, unicode) {
  if (unicode) return String.fromCodePoint(...unicode.split("-").map((part) => Number.parseInt(part, 16)));
  return emoji[name] ?? `:${name}:`;
}
