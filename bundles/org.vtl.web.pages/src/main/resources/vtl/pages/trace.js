// Packets as they pass the stages, live, and why those that do not pass were dropped.
import { byId, dialog, empty, events, fill, get, h, number, table, tag, word } from "./vtl.js";

const KEPT = 200;
const FATES = { SENT: "good", DROPPED: "bad", TAKEN: "warn" };
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const asked = new URLSearchParams(location.search);
const filter = byId("filter");
const dropped = byId("dropped");
const problem = byId("problem");
let packets = [];
let seen = 0;
let last = 0;
let waiting = false;
let end;
let turn = 0;

const way = (packet) => packet.link + ", " + (packet.direction === "OUTBOUND" ? "from the VM" : "to the VM");
const reason = (packet) => packet.stages.findLast((stage) => stage.reason)?.reason ?? "";

/** Where it was, in order; what a stage changed has a dot. */
function path(packet) {
  return h("ol", { class: "path" }, packet.stages.map((stage) =>
    h("li", { class: stage.reason ? "bad" : "" }, stage.point, stage.changed.length > 0 ? " ●" : null)));
}

const nothing = h("p", {});
const list = table({
  caption: "Packets, the newest first",
  key: (packet) => packet.number,
  none: empty(nothing),
  onPick: show,
  steady: true,
  columns: [
    {
      title: "Packet",
      head: true,
      cell: (packet) => h("button", { type: "button", class: "link mono", onclick: () => show(packet) }, packet.packet),
    },
    { title: "Time", cell: (packet) => packet.time },
    { title: "Link", nowrap: true, cell: way },
    { title: "Bytes", number: true, cell: (packet) => number(packet.bytes) },
    { title: "Stages", cell: path },
    {
      title: "Fate",
      cell: (packet) => h("span", {}, tag(word(packet.fate), FATES[packet.fate]),
        reason(packet) ? h("span", { class: "reason" }, " " + reason(packet)) : null),
    },
  ],
});
fill(byId("packets"), list.element);

function show(packet) {
  const stages = table({
    caption: "Stages of the packet, in order",
    key: (stage) => stage.place,
    columns: [
      { title: "Stage", head: true, cell: (stage) => stage.point },
      { title: "Verdict", cell: (stage) => word(stage.verdict) || "–" },
      { title: "Reason", cell: (stage) => stage.reason || "–" },
      {
        title: "Bytes changed",
        cell: (stage) => stage.changed.length === 0 ? "–"
          : h("span", { class: "mono" }, stage.changed.map((each) => h("div", {}, each))),
      },
    ],
  });
  stages.show(packet.stages.map((stage, place) => ({ ...stage, place })));
  dialog({
    title: "One packet, stage by stage",
    body: h("div", { class: "body" },
      h("p", { class: "mono" }, packet.packet),
      h("dl", { class: "facts" },
        h("dt", {}, "Link"), h("dd", {}, way(packet)),
        h("dt", {}, "Length"), h("dd", {}, number(packet.bytes) + " bytes on arrival"),
        h("dt", {}, "Connection"), h("dd", {}, packet.connection
          ? h("a", { href: "vtl-connections?connection=" + packet.connection }, String(packet.connection)) : "none"),
        h("dt", {}, "Fate"), h("dd", {}, tag(word(packet.fate), FATES[packet.fate]), reason(packet) ? " " + reason(packet) : null)),
      stages.element),
  });
}

function paint() {
  waiting = false;
  list.show(packets);
  fill(byId("count"), seen === 0 ? "" : number(seen) + " seen" + (seen > packets.length ? ", the last " + packets.length + " here" : ""));
}

function soon() {
  // Fifty packets a second are one picture, not fifty.
  if (!waiting) requestAnimationFrame(paint);
  waiting = true;
}

function add(packet) {
  seen++;
  packets = [{ ...packet, number: ++last, time: clock.format(new Date()) }, ...packets].slice(0, KEPT);
  soon();
}

const words = () => [filter.value.trim(), dropped.checked && "dropped"].filter(Boolean).join(" and ");

function say() {
  fill(nothing, !end ? "Stopped: press Start to see packets as they pass."
    : words() ? "No packet matched yet; those that do appear here at once."
      : "No packet has passed yet.");
  fill(byId("go"), end ? "Stop" : "Start");
  byId("go").classList.toggle("main", !end);
}

function stop() {
  turn++;
  end?.();
  end = undefined;
  say();
}

async function start() {
  stop();
  problem.hidden = true;
  const query = new URLSearchParams(words() ? { filter: words() } : {});
  history.replaceState(null, "", location.pathname + (query.size > 0 ? "?" + query : ""));
  const mine = turn;
  try {
    // A stream does not say what is wrong with its filter; connections take the same words.
    if (words()) await get("/connections?" + new URLSearchParams({ filter: words(), limit: 1 }));
  } catch (error) {
    if (mine !== turn) return;
    fill(problem, error.message);
    problem.hidden = false;
    filter.focus();
    return;
  }
  if (mine !== turn) return;
  end = events({ trace: add }, { filter: words() });
  say();
}

function clear() {
  packets = [];
  seen = 0;
  paint();
}

byId("go").addEventListener("click", () => (end ? stop() : start()));
byId("clear").addEventListener("click", clear);
byId("choice").addEventListener("submit", (event) => {
  event.preventDefault();
  clear();
  start();
});
dropped.addEventListener("change", () => {
  clear();
  start();
});

const before = (asked.get("filter") ?? "").trim();
dropped.checked = /(^| )dropped$/.test(before);
filter.value = before.replace(/(^| and )dropped$/, "");
paint();
start();
