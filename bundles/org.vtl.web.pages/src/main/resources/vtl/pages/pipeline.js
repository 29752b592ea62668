// The services between VM and network, as a stack whose order can be changed.
import {
  api, busy, byId, covers, dialog, empty, events, failed, fill, get, h, loading, nanos, notice, number,
  perSecond, session, tag, toast, url, word,
} from "./vtl.js";
import { draggable } from "./drag.js";

const KINDS = { ACTIVE: "good", ABSENT: "bad", FAILED: "bad", STUCK: "bad", REFUSED: "bad" };
const GREATEST = 1_000_000;
const stack = byId("stack");
const stages = new Map();
const me = await session();
const mayChange = covers(me.role, "OPERATOR");
/** Configurations that have no key for a priority: their services stay where they are. */
let fixed = new Set();
let services = [];
let version = "";
let dragging = false;

if (!mayChange) {
  byId("hint").append(" Changing them takes an operator; your role is " + word(me.role) + ".");
}

async function load() {
  const answer = await get("/services", { whole: true });
  version = answer.version;
  show(answer.value);
}

const inOrder = () => services.filter((service) => service.state !== "DISABLED");

/** Changes a service, from what this page has shown: who was faster is not overwritten. */
async function change(name, what) {
  try {
    const answer = await api("PATCH", url`/services/${name}`, { body: what, ifMatch: version, whole: true });
    await load();
    return answer.value;
  } catch (error) {
    await load();
    throw error;
  }
}

/** A number between those of two neighbours; undefined if there is none. */
function between(before, after) {
  const low = before ? before.priority : -1;
  const high = after ? after.priority : Math.min(GREATEST + 1, low + 200);
  if (high - low < 2) return undefined;
  const middle = Math.floor((low + high) / 2);
  // Round numbers leave room and can be remembered.
  for (const step of [100, 50, 10, 5]) {
    const round = Math.round(middle / step) * step;
    if (round > low && round < high) return round;
  }
  return middle;
}

/** Puts a service at a place of the order, counted without itself. */
async function move(name, place) {
  const others = inOrder().filter((service) => service.name !== name);
  const service = services.find((one) => one.name === name);
  const wanted = between(others[place - 1], others[place]);
  if (wanted === undefined) {
    toast("There is no number between " + others[place - 1].priority + " of " + others[place - 1].name + " and "
      + others[place].priority + " of " + others[place].name + "; give one of them another priority first.", "bad");
    return;
  }
  await setPriority(service, wanted);
  stages.get(name)?.element.querySelector(".grip")?.focus();
}

async function setPriority(service, wanted) {
  const now = await change(service.name, { priority: wanted });
  const order = inOrder().map((one) => one.name);
  toast(service.name + " has priority " + now.priority + " now: " + (order.indexOf(service.name) + 1) + " of "
    + order.length + " from the VM.", "", {
    label: "Undo",
    run: () => change(service.name, { priority: service.priority }),
  });
}

function askPriority(service) {
  const input = h("input", { id: "wanted", type: "number", min: 0, max: GREATEST, value: service.priority, required: true });
  dialog({
    title: "Priority of " + service.name,
    body: h("div", { class: "field" }, h("label", { for: "wanted" }, "Distance from the VM"), input,
      h("span", { class: "hint" }, "0 is nearest to the VM. Services of others keep theirs."),
      h("p", {}, h("button", { type: "button", onclick: (event) => reset(event) }, "Give it its own back"))),
    action: () => setPriority(service, input.valueAsNumber),
    label: "Set priority",
  });
  const reset = (event) => busy(event.currentTarget, async () => {
    await change(service.name, { priority: -1 });
    event.target.closest("dialog").close();
    toast(service.name + " has its own priority again.");
  });
}

function askOff(service) {
  dialog({
    title: "Turn " + service.name + " off?",
    body: [
      service.requiredBy.length > 0
        && notice("Required by " + service.requiredBy.join(", ") + ": nothing passes there while it is off.", "warn"),
      h("p", {}, "Packets pass without it until it is turned on again, or VTL starts again."),
    ],
    action: async () => {
      await change(service.name, { enabled: false });
      toast(service.name + " is off.", "", { label: "Turn on", run: () => change(service.name, { enabled: true }) });
    },
    label: "Turn off",
    kind: "danger",
  });
}

function stageOf(service) {
  const parts = {
    name: h("h2"), state: h("span"), priority: h("span", { class: "faint" }), required: h("span"), reason: h("div", { class: "reason", hidden: true }),
    facts: h("dl", { class: "facts" }), acts: h("div", { class: "acts" }),
  };
  const current = () => services.find((one) => one.name === service.name) ?? service;
  const step = (by) => {
    const place = inOrder().findIndex((one) => one.name === service.name) + by;
    if (place >= 0 && place < inOrder().length) return move(service.name, place);
    return undefined;
  };
  const movable = mayChange && service.pid !== "" && !fixed.has(service.pid);
  const grip = movable && h("button", {
    type: "button", class: "grip", title: "Drag, or use the arrow keys",
    "aria-label": "Move " + service.name + ": arrow up toward the VM, arrow down toward the network",
    onkeydown: (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (by) {
        event.preventDefault();
        busy(grip, () => step(by));
      }
    },
  }, "⠿");
  const act = (label, title, run) => h("button", { type: "button", class: "icon", "aria-label": title, title, onclick: (event) => busy(event.currentTarget, run) }, label);
  if (movable) {
    parts.acts.append(
      act("↑", "Move " + service.name + " toward the VM", () => step(-1)),
      act("↓", "Move " + service.name + " toward the network", () => step(1)),
      act("Priority", "Priority of " + service.name, () => askPriority(current())));
  }
  if (mayChange && service.pid) {
    parts.acts.append(act("Turn off", "Turn " + service.name + " off", () => askOff(current())));
  }
  if (service.pid) {
    parts.acts.append(h("a", { class: "button icon", href: "vtl-configuration?pid=" + encodeURIComponent(service.pid), "aria-label": "Configuration of " + service.name }, mayChange ? "Configure" : "Configuration"));
  }
  const element = h("li", { "data-name": service.name },
    h("div", { class: "stage" + (movable ? "" : mayChange ? " still fixed" : " still") }, grip,
      h("div", { class: "name" }, parts.name, parts.state, parts.priority, parts.required), parts.acts, parts.reason, parts.facts));
  if (grip) draggable(grip, element, stack, { start: () => (dragging = true), end: () => (dragging = false), drop: (place) => busy(grip, () => move(service.name, place)) });
  return { element, parts };
}

function update({ parts }, service, rate) {
  fill(parts.name, service.name);
  fill(parts.state, tag(word(service.state), KINDS[service.state] ?? "warn"));
  fill(parts.priority, "priority " + service.priority + (fixed.has(service.pid) ? ", fixed" : ""));
  fill(parts.required, service.requiredBy.length > 0 ? "required by " + service.requiredBy.join(", ") : "");
  parts.reason.hidden = service.reason === "";
  if (service.reason !== parts.said) {
    parts.said = service.reason;
    fill(parts.reason, notice(service.reason, service.state === "ACTIVE" ? "warn" : "bad"));
  }
  const facts = [
    ["Packets", number(service.packets) + (rate === undefined ? "" : " (" + perSecond(rate) + ")")],
    service.time.measured > 0
      && ["Per packet", nanos(service.time.meanNanos) + " (99 % ≤ " + nanos(service.time.p99Nanos) + ")"],
    ["Dropped", number(service.dropped)],
    service.taken > 0 && ["Taken", number(service.taken)],
    service.injected > 0 && ["Sent itself", number(service.injected)],
    service.held > 0 && ["Holds", number(service.held)],
    service.failures > 0 && ["Failures", number(service.failures)],
    ["Sees", service.protocols.length === 6 ? "all traffic" : service.protocols.join(", ")],
    ["Links", service.links.length === 0 ? "all" : service.links.join(", ")],
    service.bundle && ["Bundle", service.bundle],
  ].filter(Boolean);
  const text = facts.flat().join("\n");
  if (text !== parts.facts.said) {
    parts.facts.said = text;
    fill(parts.facts, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }
}

function show(all, rates = new Map()) {
  services = all;
  if (dragging) return;
  const present = inOrder();
  stack.querySelector(":scope > .loading, :scope > .empty")?.remove();
  let before = null;
  for (const service of present) {
    let stage = stages.get(service.name);
    if (!stage) {
      stage = stageOf(service);
      stages.set(service.name, stage);
    }
    update(stage, service, rates.get(service.name));
    const next = before ? before.nextSibling : stack.firstChild;
    if (next !== stage.element) stack.insertBefore(stage.element, next);
    before = stage.element;
  }
  for (const [name, stage] of stages) {
    if (!present.some((service) => service.name === name)) {
      stage.element.remove();
      stages.delete(name);
    }
  }
  if (present.length === 0) {
    stack.append(h("li", { class: "empty" }, "No service yet: packets pass unchanged. ", h("a", { href: "vtl-packages" }, "Install one"), "."));
  }
  const off = services.filter((service) => service.state === "DISABLED");
  byId("off").hidden = off.length === 0;
  fill(byId("disabled"), off.map((service) => h("li", {}, h("span", {}, h("strong", {}, service.name), h("span", { class: "faint" }, " " + service.reason)),
    mayChange && h("button", { type: "button", onclick: (event) => busy(event.currentTarget, async () => {
      await change(service.name, { enabled: true });
      toast("It is in the pipeline again.");
    }) }, "Turn on"))));
}

function ends(links) {
  for (const [id, of] of [["vm", (link) => link.vmPort], ["network", (link) => link.networkPort]]) {
    fill(byId(id), links.map((link) => link.name + ": " + (of(link)?.address ?? "–")).join(" · "));
  }
}

fill(stack, h("li", { class: "loading" }, "Loading …"));
try {
  ends(await get("/links"));
  fixed = new Set((await get("/configurations"))
    .filter(({ keys }) => keys.length > 0 && !keys.some((key) => key.name === "vtl.priority")).map(({ pid }) => pid));
  await load();
  events({
    services: ({ samples }) => {
      const off = services.filter((service) => service.state === "DISABLED" && !samples.some((sample) => sample.service.name === service.name));
      const known = services.map((service) => service.name + service.state + service.priority).sort().join();
      const now = [...samples.map((sample) => sample.service), ...off];
      show(now, new Map(samples.map((sample) => [sample.service.name, sample.packetsPerSecond])));
      // Somebody else changed the order: what is shown and its version belong together.
      if (known !== now.map((service) => service.name + service.state + service.priority).sort().join()) load().catch(() => {});
    },
    links: ({ samples }) => ends(samples.map((sample) => sample.link)),
  });
} catch (error) {
  fill(stack, h("li", {}, failed(error, () => location.reload())));
}
