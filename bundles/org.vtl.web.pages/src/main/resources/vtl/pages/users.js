// Who may do what, the tokens of scripts, and the record of what was changed.
import {
  api, breakable, busy, byId, covers, dialog, failed, fill, get, h, loading, moment, notice, session, table, tag, toast, url, word,
} from "./vtl.js";
import { poll } from "./poll.js";

const ROLES = ["viewer", "operator", "admin"];
const MEANING = {
  viewer: "sees everything but secrets, users and what captures hold",
  operator: "also changes priorities and configurations, and captures",
  admin: "also installs code, makes users, and uses the Felix console",
};
const me = await session();
let entries = [];

// ---- users ---------------------------------------------------------------------------------------

const users = table({
  caption: "Users, their roles and the tokens of their scripts",
  key: (user) => user.name + " " + user.role + " " + user.tokens.join(" "),
  none: "There is no user yet: make one, or nobody can log in once this login has ended.",
  columns: [
    { title: "Name", head: true, cell: (user) => user.name + (user.name === me.user ? " (you)" : "") },
    {
      title: "Role",
      cell: (user) => h("select", {
        "aria-label": "Role of " + user.name,
        onchange: (event) => changeRole(event.currentTarget, user),
      }, ROLES.map((role) => h("option", { value: role, selected: role === word(user.role) }, role))),
    },
    {
      title: "Tokens",
      cell: (user) => user.tokens.length === 0 ? h("span", { class: "faint" }, "none")
        : h("ul", { class: "plain row" }, user.tokens.map((token) => h("li", { class: "row" },
          h("span", { class: "mono" }, token),
          h("button", { type: "button", class: "quiet icon", "aria-label": "Revoke token " + token + " of " + user.name, onclick: () => revoke(user, token) }, "✕")))),
    },
    {
      title: "",
      cell: (user) => h("div", { class: "row right" },
        action("New token", user, newToken), action("Password", user, newPassword), action("Remove", user, remove, "danger")),
    },
  ],
});

const action = (label, user, does, kind = "") =>
  h("button", { type: "button", class: kind, "aria-label": label + " of " + user.name, onclick: () => does(user) }, label);

async function showUsers() {
  try {
    users.show(await get("/users"));
    if (!users.element.isConnected) fill(byId("users"), users.element);
    now();
  } catch (error) {
    fill(byId("users"), failed(error, showUsers));
  }
}

async function changeRole(select, user) {
  const role = select.value;
  dialog({
    title: "Make " + user.name + " " + (role === "viewer" ? "a " : "an ") + role + "?",
    label: "Change the role",
    body: h("p", {}, "Whoever is " + role + " " + MEANING[role] + ". Logins of " + user.name + " end."),
    action: async () => {
      await api("PATCH", url`/users/${user.name}`, { body: { role } });
      await showUsers();
    },
  }).addEventListener("close", () => (select.value = word(user.role)));
}

const input = (id, label, properties, hint) => h("div", { class: "field" },
  h("label", { for: id }, label), h("input", { id, required: true, ...properties }),
  hint ? h("span", { class: "hint" }, hint) : null);

const password = (id) => input(id, "Password", {
  type: "password", autocomplete: "new-password", minlength: "10", maxlength: "200",
}, "Ten characters or more.");

byId("add").addEventListener("click", () => {
  dialog({
    title: "New user",
    label: "Make user",
    body: h("div", { class: "body" },
      input("new-name", "Name", { autocomplete: "off", spellcheck: "false", maxlength: "64", pattern: "[A-Za-z0-9][A-Za-z0-9._@\\-]{0,63}" }),
      h("fieldset", {}, h("legend", {}, "Role"), ROLES.map((role, i) => h("label", { class: "option" },
        h("input", { type: "radio", name: "new-role", value: role, checked: i === 0 }),
        h("span", {}, h("b", {}, role), " ", MEANING[role])))),
      password("new-password")),
    action: async (box) => {
      const name = byId("new-name").value;
      const role = box.querySelector("[name=new-role]:checked").value;
      await api("POST", "/users", { body: { name, role, password: byId("new-password").value } });
      toast(name + " may log in now, as " + role + ".");
      await showUsers();
    },
  });
});

function newPassword(user) {
  dialog({
    title: "New password of " + user.name,
    label: "Set password",
    body: h("div", { class: "body" }, password("other-password"), h("p", { class: "faint" }, "Logins of " + user.name + " end.")),
    action: async () => {
      await api("PATCH", url`/users/${user.name}`, { body: { password: byId("other-password").value } });
      toast(user.name + " has the new password.");
      await showUsers();
    },
  });
}

function newToken(user) {
  dialog({
    title: "New token of " + user.name,
    label: "Make token",
    body: input("token-name", "What it is for", { autocomplete: "off", maxlength: "64", placeholder: "backup" }),
    action: async (box) => {
      const made = await api("POST", url`/users/${user.name}/tokens`, { body: { name: byId("token-name").value.trim() } });
      box.close();
      await showUsers();
      tell(made);
      return false;
    },
  });
}

function tell(made) {
  const copy = h("button", { type: "button", onclick: () => busy(copy, async () => {
    await navigator.clipboard.writeText(made.token);
    fill(copy, "Copied");
  }) }, "Copy");
  dialog({
    title: "Token " + made.name + " of " + made.user,
    body: h("div", { class: "body" },
      notice("It is shown this once: keep it where the script finds it.", "warn"),
      h("p", { class: "row" }, h("code", { class: "token" }, made.token), copy),
      h("p", { class: "faint" }, h("code", {}, "curl -H 'Authorization: Bearer …' " + location.origin + "/vtl/api/v1/links"))),
  });
}

function revoke(user, token) {
  dialog({
    title: "Revoke token " + token + " of " + user.name + "?",
    label: "Revoke",
    kind: "danger",
    body: h("p", {}, "Scripts that use it are refused from then on."),
    action: async () => {
      await api("DELETE", url`/users/${user.name}/tokens/${token}`);
      await showUsers();
    },
  });
}

function remove(user) {
  dialog({
    title: "Remove " + user.name + "?",
    label: "Remove",
    kind: "danger",
    body: h("p", {}, "Logins and tokens of " + user.name + " end."),
    action: async () => {
      await api("DELETE", url`/users/${user.name}`);
      await showUsers();
    },
  });
}

byId("own").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.submitter, async () => {
    await api("PUT", "/session/password", { body: { present: byId("present").value, wanted: byId("wanted").value } });
    event.target.reset();
    toast("You have the new password.");
  });
});

// ---- the record ----------------------------------------------------------------------------------

const audit = table({
  caption: "Changes, logins and refusals, the newest first",
  key: (entry) => entry.number,
  steady: true,
  lines: true,
  none: "Nothing is recorded like that since VTL started; data/web/audit.log has what was before.",
  columns: [
    { title: "Time", cell: (entry) => h("time", { datetime: entry.time, class: "nowrap" }, moment(entry.time)) },
    { title: "Who", cell: (entry) => entry.user + (entry.role ? " (" + word(entry.role) + ")" : "") },
    { title: "From", cell: (entry) => entry.source },
    { title: "What", head: true, cell: (entry) => h("span", { class: "mono" }, breakable(entry.action)) },
    {
      title: "Result",
      cell: (entry) => h("span", {}, tag(entry.status < 400 ? "done" : "refused", entry.status < 400 ? "good" : "bad"), " ",
        h("span", { class: "faint" }, entry.result === "refused" ? "" : entry.result)),
    },
  ],
});

function showAudit() {
  const text = byId("words").value.trim().toLowerCase();
  audit.show(entries.filter((entry) => !text ||
    [entry.user, entry.source, entry.action, entry.result].some((each) => each.toLowerCase().includes(text))));
}

let now = () => {};
if (covers(me.role, "ADMIN")) {
  fill(byId("users"), loading());
  fill(byId("audit"), loading());
  byId("words").addEventListener("input", showAudit);
  now = poll(async () => {
    const latest = await get("/audit?limit=300");
    // The oldest has the same number each time, so that rows stay what they are.
    entries = latest.map((entry, i) => ({ ...entry, number: latest.length - i }));
    if (!audit.element.isConnected) fill(byId("audit"), audit.element);
    showAudit();
  }, 5000, (error) => fill(byId("audit"), failed(error, () => now())));
  await showUsers();
}
