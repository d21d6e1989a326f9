/** A command line as typed: words, `key=value` with quotes, Slack's escapes undone. */
export interface CommandLine {
  readonly name: string;
  readonly words: readonly string[];
  readonly assignments: Readonly<Record<string, string>>;
}

const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Split what follows the command. Curly quotes count as quotes: phones write them by themselves. */
export function readCommandLine(text: string): CommandLine {
  const plain = text.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'");
  const pieces = [...plain.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([piece]) => readable(piece));
  const [name = "help", ...rest] = pieces;
  const words: string[] = [];
  const assignments: Record<string, string> = {};
  for (const piece of rest) {
    const [, key, value] = /^([A-Za-z_][\w.-]{0,100})=(.*)$/s.exec(piece) ?? [];
    if (key === undefined || key === "__proto__") words.push(piece);
    else assignments[key] = value ?? "";
  }
  return { name: name.toLowerCase(), words, assignments };
}

/** `<https://x|x>` and `<@U1|ana>` as people meant them; quotes taken off. */
function readable(piece: string): string {
  return piece
    .replace(
      /"([^"]*)"|'([^']*)'/g,
      (_, double: string | undefined, single: string | undefined) => double ?? single ?? "",
    ) // prettier-ignore
    .replace(/<((?:https?|mailto):[^|>]*)(?:\|[^>]*)?>/g, (_, url: string) => url)
    .replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity);
}
