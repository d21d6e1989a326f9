/** How the line that starts at `position` is indented; `blank` when it holds nothing but white space or a comment. */
export function readLayout(
  source: string,
  position: number,
): { readonly width: number; readonly blank: boolean; readonly hasTab: boolean } {
  let width = 0;
  let hasTab = false;
  for (;;) {
    const character = source.charAt(position + width);
    if (character !== " " && character !== "\t" && character !== "\r") break;
    hasTab ||= character === "\t";
    width += 1;
  }
  const next = source.charAt(position + width);
  return { width, hasTab, blank: next === "" || next === "\n" || next === "#" };
}
