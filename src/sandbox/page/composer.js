import { act } from "./api.js";
import { byId, toast } from "./dom.js";

/** The message boxes: Enter sends, Shift+Enter is a new line, `/policycortex …` is a command. */
export function startComposer(state) {
  box("composer", "composer-form", async (text) => {
    const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    if (!command) return act("say", { user: state.me, channel: state.place, text });
    return act("slash", { user: state.me, channel: state.place, command: command[1], text: command[2] });
  });
  box("thread-composer", "thread-form", async (text) => {
    if (text.startsWith("/")) throw new Error("Commands do not work in threads; type them in the channel.");
    return act("say", { user: state.me, channel: state.place, text, threadTs: state.thread });
  });
}

function box(inputId, formId, send) {
  const input = byId(inputId);
  const form = byId(formId);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    input.value = "";
    try {
      await send(text);
    } catch (error) {
      input.value = text;
      toast(error.message, "warning");
    }
    input.focus();
  });
}
