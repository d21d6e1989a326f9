import { act, read, watch } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { startComposer } from "./composer.js";
import { byId, h, toast } from "./dom.js";
import { showMessages } from "./messages.js";
import { refreshModal } from "./modal.js";
import { learnNames } from "./names.js";
import { showSidebar } from "./sidebar.js";
import { startTools } from "./tools.js";
import { startWorkbench } from "./workbench.js";

/** The page: who you are, where you are, which thread is open; everything else is read from the sandbox. */

const HOME = "home";
const state = { me: "U0ANALYST", place: "C0ALERTS", thread: undefined, workspace: undefined, unread: new Set() };

async function loadWorkspace() {
  state.workspace = await read("workspace");
  learnNames(state.workspace, state.me);
  showSidebar(state, { choosePerson, choosePlace });
}

function currentChannel() {
  return state.workspace.channels.find(({ id }) => id === state.place);
}

async function refreshPlace() {
  const list = byId("messages");
  byId("composer-form").hidden = state.place === HOME;
  if (state.place === HOME) return showHome(list);
  const { me, place } = state;
  const channel = currentChannel();
  const name = channel.kind === "im" ? "PolicyCortex" : `# ${channel.name}`;
  byId("channel-title").textContent = name;
  byId("channel-note").textContent = channel.archived ? "archived" : `${channel.members.length} members`;
  byId("composer").placeholder = `Message ${name} or type /policycortex help`;
  const { messages } = await read("messages", { channel: place, as: me });
  if (place !== state.place || me !== state.me) return;
  const empty = "Nothing here yet. Press “Send a finding”, or type /policycortex help.";
  showMessages(list, messages, { me, openThread, empty });
}

async function showHome(list) {
  const { me } = state;
  const { home } = await read("views", { user: me });
  byId("channel-title").textContent = "PolicyCortex";
  byId("channel-note").textContent = "Home";
  const use = async (element, block, value) => {
    const chosen = value === undefined ? {} : { value };
    await act("click-view", {
      user: me,
      actionId: element.action_id,
      blockId: block.block_id,
      confirm: "accept",
      ...chosen,
    }).catch((error) => toast(error.message, "warning"));
  };
  const shown = home
    ? renderBlocks(home.blocks, { use })
    : [h("p", { class: "empty" }, "The app has not published a Home tab for you.")];
  list.replaceChildren(h("div", { class: "home" }, shown));
}

async function refreshThread() {
  const { me, place, thread } = state;
  byId("thread-pane").hidden = thread === undefined;
  byId("app").classList.toggle("with-thread", thread !== undefined);
  if (thread === undefined) return;
  const { messages } = await read("messages", { channel: place, as: me, threadTs: thread });
  if (thread !== state.thread || me !== state.me) return;
  byId("thread-note").textContent = byId("channel-title").textContent;
  showMessages(byId("thread"), messages, { me, empty: "This thread is empty." });
}

async function refresh() {
  await Promise.all([refreshPlace(), refreshThread(), refreshModal(state.me)]);
}

async function choosePerson(id) {
  state.me = id;
  localStorage.setItem("person", id);
  learnNames(state.workspace, id);
  if (state.place !== HOME && !currentChannel()?.members.includes(id)) state.place = "C0ALERTS";
  byId("messages").replaceChildren();
  showSidebar(state, { choosePerson, choosePlace });
  await refresh();
}

async function choosePlace(place) {
  state.place = place;
  state.thread = undefined;
  state.unread.delete(place);
  byId("messages").replaceChildren();
  showSidebar(state, { choosePerson, choosePlace });
  await refresh();
  if (place === HOME) await act("open-home", { user: state.me }).catch((error) => toast(error.message, "warning"));
}

async function openThread(ts) {
  state.thread = ts;
  byId("thread").replaceChildren();
  await refreshThread();
  byId("thread-composer").focus();
}

/** Changes come in bursts; one refresh a moment later covers them. */
let waiting;
function onChange(change) {
  if (change?.kind === "message" && change.channel !== state.place && (change.user ?? state.me) === state.me) {
    state.unread.add(change.channel);
    showSidebar(state, { choosePerson, choosePlace });
  }
  if (!change || change.kind === "workspace") void loadWorkspace();
  waiting ??= setTimeout(() => {
    waiting = undefined;
    refresh().catch((error) => toast(error.message, "warning"));
  }, 40);
}

/** A permalink: `/archives/{channel}/p{ts}`, with `thread_ts` for replies. */
function followPermalink() {
  const match = /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(location.pathname);
  if (!match) return undefined;
  const [, channel, seconds, rest] = match;
  state.place = channel;
  state.thread = new URLSearchParams(location.search).get("thread_ts") ?? undefined;
  return `${seconds}.${rest}`;
}

async function start() {
  state.me = localStorage.getItem("person") ?? state.me;
  const target = followPermalink();
  await loadWorkspace();
  if (!currentChannel()) state.place = "C0ALERTS";
  byId("close-thread").addEventListener("click", () => {
    state.thread = undefined;
    void refreshThread();
  });
  startTools();
  startWorkbench();
  startComposer(state);
  watch(onChange);
  await refresh();
  const found = target && document.querySelector(`[data-ts="${target}"]`);
  found?.classList.add("highlight");
  found?.scrollIntoView({ block: "center" });
}

start().catch((error) => toast(`The page could not start: ${error.message}`, "warning"));
