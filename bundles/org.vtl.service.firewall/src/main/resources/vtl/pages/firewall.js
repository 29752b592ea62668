// The firewall's rules with what they counted, a packet's fate in words, and a change on trial.
import {
  api, busy, byId, bytes, covers, empty, failed, fill, get, h, loading, notice, number, session, table, tag, toast, word,
} from "./vtl.js";
import { poll } from "./poll.js";

const STATES = ["new", "established", "related", "invalid", "untracked"];
const ACTIONS = { ACCEPT: ["passes", "good"], DROP: ["dropped", "bad"], REJECT: ["rejected", "bad"], SYN_PROXY: ["answered by the SYN proxy", "warn"] };
const ORIGINS = { CONFIGURATION: ["configured rules in force", "good"], TRIAL: ["on trial", "warn"], NONE: ["no rules: everything is dropped", "bad"] };
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const operator = covers((await session()).role, "OPERATOR");
let version = "";
let noticed = "";

// ---- rules ---------------------------------------------------------------------------------------

const rules = table({
  caption: "Rules in their order, and what each decided",
  key: (rule) => rule.id + " " + rule.link,
  none: "There are no rules: everything is dropped.",
  columns: [
    { title: "Rule", head: true, nowrap: true, cell: (rule) => rule.id },
    {
      title: "Text",
      long: true,
      cell: (rule) => h("span", {}, h("span", { class: "mono" }, rule.text),
        rule.comment ? h("span", { class: "faint block" }, rule.comment) : null),
    },
    { title: "Link", cell: (rule) => rule.link || "all" },
    { title: "Hits", number: true, cell: (rule) => number(rule.hits) },
    { title: "Packets", number: true, cell: (rule) => number(rule.packets) },
    { title: "Bytes", number: true, cell: (rule) => bytes(rule.bytes) },
    { title: "Connections", number: true, cell: (rule) => number(rule.connections) },
  ],
});

const log = table({
  caption: "Packets that rules logged, the newest first",
  key: (entry) => entry.number,
  steady: true,
  lines: true,
  none: empty(h("p", {}, "No packet was logged yet."), h("p", {}, "A rule with the word log puts its packets here; log.drops=true those that no rule accepts.")),
  columns: [
    { title: "Time", cell: (entry) => h("time", { datetime: entry.time, class: "nowrap" }, clock.format(new Date(entry.time))) },
    { title: "Packet", head: true, cell: (entry) => h("span", { class: "mono" }, entry.text) },
    { title: "Rule", cell: (entry) => entry.rule },
    { title: "Fate", cell: (entry) => tag(entry.action, entry.action === "accept" ? "good" : "bad") },
  ],
});

const refresh = poll(async () => {
  const [all, entries] = await Promise.all([get("/firewall"), get("/firewall/log?limit=50")]);
  rules.show([...all.rules, ...all.policies]);
  log.show(entries);
  if (!rules.element.isConnected) {
    fill(byId("rules"), rules.element);
    fill(byId("log"), log.element);
  }
  showOrigin(all);
}, 2000, (error) => fill(byId("rules"), failed(error, () => refresh())));

function showOrigin(all) {
  fill(byId("origin"), tag(...ORIGINS[all.origin]));
  const now = all.origin === "TRIAL" ? "trial" : all.faults.join("\n");
  if (now !== noticed) {
    noticed = now;
    fill(byId("trial"), all.faults.map((fault) => notice(fault, "bad")), all.origin === "TRIAL" ? trial() : null);
  }
  const left = byId("left");
  if (left) fill(left, String(all.trialSeconds));
}

function trial() {
  const end = (label, method, path, kind) => h("button", {
    type: "button", class: kind, onclick: (event) => busy(event.currentTarget, async () => {
      toast((await api(method, path)).done);
      await refresh();
    }),
  }, label);
  return h("div", { class: "notice warn ask" },
    h("p", {}, "These rules are on trial: in ", h("b", { id: "left" }), " s the rules of before are back."),
    operator ? h("p", { class: "row" },
      end("Keep these rules", "POST", "/firewall/policy/confirmation", "main"),
      end("Take them back now", "DELETE", "/firewall/policy/trial", "")) : null);
}

// ---- a change ------------------------------------------------------------------------------------

const text = byId("text");

byId("edit").addEventListener("click", (event) => busy(event.currentTarget, async () => {
  await load();
  byId("editor").hidden = false;
  byId("editor").scrollIntoView({ block: "start" });
  text.focus();
}));
byId("close").addEventListener("click", () => {
  byId("editor").hidden = true;
  byId("edit").focus();
});

async function load() {
  const answer = await get("/firewall/policy", { whole: true });
  version = answer.version;
  text.value = answer.value.rules;
  fill(byId("remarks"));
}

const SIGNS = {
  ADDED: [["+", "after", "good"]], REMOVED: [["−", "before", "bad"]], MOVED: [["↕", "after", "warn"]],
  CHANGED: [["−", "before", "bad"], ["+", "after", "good"]],
};

// A statement of several lines is shown by those that differ.
function difference(change) {
  const other = { before: change.after ?? "", after: change.before ?? "" };
  return SIGNS[change.kind].map(([sign, side, kind]) => {
    const same = change.kind === "CHANGED" ? other[side].trim().split("\n") : [];
    return change[side].trim().split("\n").filter((line) => !same.includes(line)).map((line) =>
      h("div", { class: kind }, h("span", { class: "unseen" }, word(change.kind) + ": "), sign + " " + line));
  });
}

const remark = (one, kind) => h("li", {}, h("button", { type: "button", class: "link " + kind, onclick: () => go(one) },
  "Line " + one.line + ", column " + one.column), ": " + one.sentence);

function go(one) {
  const at = text.value.split("\n").slice(0, one.line - 1).reduce((sum, line) => sum + line.length + 1, one.column - 1);
  text.focus();
  text.setSelectionRange(at, at + 1);
}

async function check() {
  const found = await api("POST", "/firewall/policy/check", { body: { rules: text.value } });
  fill(byId("remarks"), h("div", { class: "body" },
    found.errors.length + found.warnings.length > 0
      ? h("ul", { class: "plain" }, found.errors.map((one) => remark(one, "bad")), found.warnings.map((one) => remark(one, "warn"))) : null,
    found.changes && (found.changes.length === 0 ? h("p", {}, "They say the same as those in force.")
      : h("div", { class: "mono diff" }, found.changes.map(difference))),
    found.changes && h("p", {}, number(found.refused) + " of " + number(found.checked) + " open connections would be refused."),
    found.examples?.length > 0 ? h("ul", {}, found.examples.map((one) => h("li", { class: "mono" }, one))) : null));
}

async function apply(button, seconds) {
  await busy(button, async () => {
    const query = new URLSearchParams({ confirmSeconds: seconds, end: byId("end").checked });
    try {
      await api("PUT", "/firewall/policy?" + query, { body: { rules: text.value }, ifMatch: version });
    } catch (error) {
      if (error.status === 412) return faster(error);
      if (error.status === 400) await check();
      throw error;
    }
    byId("editor").hidden = true;
    byId("edit").focus();
    toast(seconds > 0 ? "The rules hold for " + seconds + " s; keep them if all works." : "The rules hold, and stand in the configuration.");
    await refresh();
    byId("trial").scrollIntoView({ block: "nearest" });
  });
}

/** Somebody else changed the rules meanwhile: nothing is overwritten before this was read. */
function faster(error) {
  const choice = (label, action) =>
    h("button", { type: "button", onclick: (event) => busy(event.currentTarget, action) }, label);
  fill(byId("remarks"), h("div", { class: "notice bad", role: "alert" }, h("p", {}, error.message),
    h("p", { class: "row" },
      choice("Show what holds now, and drop mine", load),
      choice("Compare mine with what holds now", async () => {
        version = (await get("/firewall/policy", { whole: true })).version;
        await check();
      }))));
}

byId("check").addEventListener("click", (event) => busy(event.currentTarget, check));
byId("good").addEventListener("click", (event) => apply(event.currentTarget, 0));
byId("apply").addEventListener("submit", (event) => {
  event.preventDefault();
  apply(event.submitter, Number(byId("seconds").value));
});

// ---- a packet ------------------------------------------------------------------------------------

const before = table({
  caption: "Rules before the one that decides, and why they do not match",
  key: (step) => step.rule,
  columns: [
    { title: "Before it", head: true, nowrap: true, cell: (step) => step.rule },
    { title: "Why not", nowrap: true, cell: (step) => step.why },
    { title: "Text", long: true, cell: (step) => h("span", { class: "mono" }, step.text) },
  ],
});

byId("test").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.submitter, async () => {
    const query = new URLSearchParams(["packet", "direction", "state", "link"].map((id) => [id, byId(id).value]));
    try {
      const said = await get("/firewall/test?" + query);
      before.show(said.before);
      fill(byId("verdict"), h("div", { class: "body" },
        h("p", {}, tag(...ACTIONS[said.action]), " ", said.text
          ? h("span", {}, "by rule ", h("b", {}, said.rule), ": ", h("span", { class: "mono" }, said.text))
          : h("span", {}, "as no rule decides: ", h("b", {}, said.rule))),
        h("p", { class: "faint" }, said.packet),
        said.before.length > 0 ? before.element : null));
    } catch (error) {
      fill(byId("verdict"), notice(error.message, "bad"));
    }
  });
});

fill(byId("rules"), loading());
fill(byId("log"), loading());
fill(byId("state"), STATES.map((state) => h("option", { value: state }, state)));
const links = await get("/links");
fill(byId("link"), links.map((link) => h("option", { value: link.name }, link.name)));
byId("link").hidden = links.length < 2;
