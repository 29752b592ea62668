// All configurations, one of them as a form, and its changes on trial.
import {
  api, breakable, busy, byId, covers, dialog, empty, failed, fill, get, h, loading, moment, notice, session, table, toast, url, word,
} from "./vtl.js";
import { form, shown } from "./form.js";
import { review, trials } from "./trial.js";

const LINK = "org.vtl.link~";
const SERVICE = "org.vtl.service.";
const me = await session();
const mayChange = covers(me.role, "OPERATOR");
const place = byId("one");
let all = [];
let services = [];
let open;
let fields;

const group = (pid) => (pid.startsWith(LINK) ? "Links" : isService(pid) ? "Services" : pid.startsWith("org.vtl.") ? "VTL" : "Framework");
const isService = (pid) => pid.startsWith(SERVICE) || services.some((service) => service.pid === pid);
const name = (pid) => [LINK, SERVICE, "org.vtl."].reduce((name, start) => (name.startsWith(start) ? name.slice(start.length) : name), pid);
const editable = (pid) => covers(me.role, "ADMIN") || (mayChange && (pid.startsWith(LINK) || isService(pid)));

function showList() {
  const words = byId("search").value.trim().toLowerCase();
  const found = all.filter((one) => [one.pid, ...one.keys.map((key) => key.name)].some((text) => text.toLowerCase().includes(words)));
  const groups = ["Links", "Services", "VTL", "Framework"]
    .map((title) => [title, found.filter((one) => group(one.pid) === title)]).filter(([, members]) => members.length > 0);
  fill(byId("list"), groups.length === 0 ? empty("No configuration has that word.")
    : h("nav", { "aria-label": "Configurations" }, groups.map(([title, members]) => [
      h("h2", {}, title),
      h("ul", {}, members.map((one) => h("li", {}, h("a", {
        href: "?pid=" + encodeURIComponent(one.pid), title: one.pid, "aria-current": one.pid === open?.pid ? "true" : undefined,
        onclick: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          choose(one.pid);
        },
      }, breakable(name(one.pid))))))])));
}

/** Another configuration; what was typed and not applied is asked about first. */
function choose(pid, push = true) {
  const go = async () => {
    if (push) history.pushState(null, "", pid ? "?pid=" + encodeURIComponent(pid) : location.pathname);
    await show(pid);
    place.querySelector("h2")?.focus();
  };
  if (!fields?.count()) return go();
  return dialog({
    title: "Leave " + open.pid + "?",
    body: h("p", {}, "What you typed is not applied yet, and would be lost."),
    label: "Leave",
    kind: "danger",
    action: go,
  });
}

async function show(pid, edits = {}) {
  fields = undefined;
  document.body.classList.toggle("one", Boolean(pid));
  if (!pid) {
    open = undefined;
    showList();
    fill(place, empty("Choose a configuration."));
    return;
  }
  try {
    const { value, version } = await get(url`/configurations/${pid}`, { whole: true });
    open = { ...value, version };
  } catch (error) {
    fill(place, error.status === 404 ? notice(error.message, "warn") : failed(error, () => show(pid, edits)));
    return;
  }
  showList();
  const may = editable(pid);
  const keys = h("div", { id: "keys" });
  const count = h("span", { class: "faint", role: "status" });
  const check = h("button", { type: "submit", class: "main", disabled: true }, "Review change");
  const undo = h("button", { type: "button", disabled: true, onclick: () => show(pid) }, "Discard");
  const changed = () => {
    const n = fields?.count() ?? 0;
    check.disabled = undo.disabled = n === 0;
    fill(count, n === 0 ? "" : n === 1 ? "1 key is changed." : n + " keys are changed.");
  };
  fill(place,
    h("p", { id: "back" }, h("a", { href: location.pathname, onclick: (event) => { event.preventDefault(); choose(""); } }, "← All configurations")),
    h("div", { class: "head" }, h("h2", { tabindex: -1 }, pid),
      pid.startsWith(LINK) && may && h("button", { type: "button", class: "danger", onclick: () => askRemoval(open) }, "Remove link")),
    h("p", { class: "faint" }, open.file ? "In etc/" + open.file + ", which follows what is changed here, and the other way round." : "Has no file yet; a change makes one in etc/."),
    !may && notice("Changing this takes " + (group(pid) === "Links" || isService(pid) ? "an operator" : "an admin") + "; your role is " + word(me.role) + "."),
    open.keys.length === 0 && Object.keys(open.values).length === 0 ? empty("It has no keys that are known.") : null,
    h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(check); } }, keys, may && h("div", { class: "foot" }, check, undo, count)));
  fields = form(keys, open, { editable: may, changed });
  fields.put(edits);
  changed();
}

const submit = (button) => busy(button, async () => {
  const { pid } = open;
  const edits = fields.edits();
  await review(open, fields.changes(), {
    done: async () => {
      await reload();
      await show(pid);
      await lookAtTrials();
    },
    // Somebody was faster: theirs is shown, with one's own changes still to be applied.
    outdated: async (error) => {
      const seen = open.values;
      await show(pid, edits);
      if (fields) tellOfOthers(error, seen, edits);
      else toast(error.message, "bad"); // it is gone
    },
  });
});

/** What somebody else made of this configuration since it was looked at, and what becomes of one's own. */
function tellOfOthers(error, seen, edits) {
  const { pid, values } = open;
  const text = (value) => (value === undefined ? h("span", { class: "faint" }, "default") : h("pre", {}, shown(value)));
  const list = table({
    caption: "What changed meanwhile",
    key: (key) => key,
    columns: [
      { title: "Key", head: true, cell: (key) => h("span", { class: "mono" }, key) },
      { title: "When you looked", cell: (key) => text(seen[key]) },
      { title: "Is now", cell: (key) => text(values[key]) },
      { title: "You typed", cell: (key) => (key in edits ? text(edits[key] === "" ? undefined : edits[key]) : "–") },
    ],
  });
  list.show([...new Set([...Object.keys(seen), ...Object.keys(values)])].sort()
    .filter((key) => JSON.stringify(seen[key]) !== JSON.stringify(values[key])));
  dialog({
    title: "Somebody else was faster",
    body: [
      notice(error.message.split(";")[0].replace(/\S+Z$/, moment) + ". Nothing of yours has been applied.", "warn"),
      h("div", { class: "changes" }, list.element),
      h("p", {}, "The form shows what is there now. What you typed is still in it, not applied: review it again, or drop it and look at theirs alone."),
    ],
    label: "Drop mine",
    kind: "danger",
    cancel: "Keep what I typed",
    action: () => show(pid),
  });
}

function askRemoval(configuration) {
  dialog({
    title: "Remove " + configuration.pid + "?",
    body: [h("p", {}, "Nothing passes between its VM and its network then; its connections are forgotten, and its file is removed.")],
    label: "Remove link",
    kind: "danger",
    action: async () => {
      await api("DELETE", url`/configurations/${configuration.pid}`, { ifMatch: configuration.version });
      toast(configuration.pid + " is removed.");
      fields = undefined;
      await reload();
      await choose("");
    },
  });
}

function askLink() {
  const field = (id, label, hint, pattern) => h("div", { class: "field" }, h("label", { for: id }, label),
    h("input", { id, required: true, pattern, autocomplete: "off", spellcheck: "false", "aria-describedby": id + "-hint" }), h("span", { class: "hint", id: id + "-hint" }, hint));
  const box = dialog({
    title: "New link",
    body: [
      field("link-name", "Name", "Letters, digits, - and _.", "[A-Za-z0-9_\\-]{1,60}"),
      field("link-vm", "The VM's port", "Such as tap:vm1 or packet:vnet0."),
      field("link-network", "The network's port", "Such as packet:eth1."),
    ],
    label: "Make link",
    action: async () => {
      const value = (id) => box.querySelector("#" + id).value.trim();
      const pid = LINK + value("link-name");
      if (all.some((one) => one.pid === pid)) throw new Error("There is a link of this name already.");
      await api("PATCH", url`/configurations/${pid}`, { body: { values: { "vm.port": value("link-vm"), "network.port": value("link-network") } } });
      toast("The link is there; Overview says how it is.");
      await reload();
      await choose(pid);
    },
  });
}

async function reload() {
  [all, services] = await Promise.all([get("/configurations"), get("/services").catch(() => [])]);
  all.sort((a, b) => a.pid.localeCompare(b.pid));
  showList();
}

byId("search").addEventListener("input", showList);
byId("new").addEventListener("click", askLink);
addEventListener("popstate", () => choose(new URLSearchParams(location.search).get("pid") ?? "", false));
addEventListener("beforeunload", (event) => fields?.count() && event.preventDefault());

fill(byId("list"), loading());
let lookAtTrials = async () => {};
try {
  await reload();
  await show(new URLSearchParams(location.search).get("pid") ?? "");
  lookAtTrials = trials(byId("trials"), {
    mayChange,
    ended: async (pids) => {
      if (open && pids.includes(open.pid) && !fields?.count()) await show(open.pid);
    },
  });
} catch (error) {
  fill(byId("list"), failed(error, () => location.reload()));
}
