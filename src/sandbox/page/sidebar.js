import { byId, h } from "./dom.js";

/** The left pane: the person picker, channels and the app's places. */
export function showSidebar(state, { choosePerson, choosePlace }) {
  const { workspace, me, place, unread } = state;
  byId("team").textContent = workspace.team.name;
  showPeople(workspace, me, choosePerson);
  const item = (id, label, testid) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: unread.has(id) ? "place unread" : "place",
          data: { testid },
          "aria-current": id === place ? "page" : undefined,
          onclick: () => void choosePlace(id),
        },
        label,
        unread.has(id) && h("span", { class: "hidden" }, " (new messages)"),
      ),
    );
  const mine = workspace.channels.filter(({ members }) => members.includes(me));
  const channels = mine.filter(({ kind }) => kind !== "im");
  byId("channels").replaceChildren(...channels.map(({ id, name }) => item(id, `# ${name}`, `channel-${name}`)));
  const direct = mine
    .filter(({ kind }) => kind === "im")
    .map(({ id }) => item(id, "✉ Direct messages", "direct-messages"));
  byId("app-places").replaceChildren(item("home", "⌂ PolicyCortex home", "app-home"), ...direct);
  const aws = byId("aws-page");
  aws.hidden = !workspace.awsPageUrl;
  if (workspace.awsPageUrl) aws.href = workspace.awsPageUrl;
}

function showPeople(workspace, me, choosePerson) {
  const picker = byId("person");
  const people = workspace.users.filter((user) => !user.is_bot && !user.deleted);
  const options = people.map((user) => h("option", { value: user.id }, `${user.real_name} · ${user.title}`));
  picker.replaceChildren(...options);
  picker.value = me;
  picker.onchange = () => void choosePerson(picker.value);
}
