// What VTL logs, as it happens, and how much each bundle logs.
import {
  api, breakable, busy, byId, covers, empty, events, failed, fill, get, h, loading, moment, number, session, table, tag, toast, url, word,
} from "./vtl.js";

const KEPT = 1000;
const SHOWN = 300;
const LEVELS = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];
const KINDS = { ERROR: "bad", WARN: "warn", INFO: "faint", DEBUG: "faint", TRACE: "faint" };
const operator = covers((await session()).role, "OPERATOR");
let lines = [];
let last = 0;
let paused = false;
let waiting = false;

// ---- lines ---------------------------------------------------------------------------------------

const short = (name) => name.slice(name.lastIndexOf(".") + 1);

const list = table({
  caption: "Lines of the log, the newest first",
  key: (line) => line.number,
  steady: true,
  lines: true,
  none: empty(h("p", {}, "No line is like that."), h("p", {}, "Choose another level above, or have a bundle log more below.")),
  columns: [
    { title: "Time", cell: (line) => h("time", { datetime: line.time, class: "nowrap" }, moment(line.time)) },
    { title: "Level", cell: (line) => tag(line.level.toLowerCase(), KINDS[line.level]) },
    {
      title: "Message",
      head: true,
      cell: (line) => h("span", { class: "message" }, line.message,
        line.exception ? h("span", { class: "mono bad block" }, line.exception) : null),
    },
    { title: "Logger", cell: (line) => h("span", { class: "faint", title: line.logger }, breakable(line.bundle || short(line.logger))) },
  ],
});

function wanted(line) {
  const text = byId("words").value.trim().toLowerCase();
  return LEVELS.indexOf(line.level) <= LEVELS.indexOf(byId("level").value) &&
    (!text || [line.message, line.logger, line.bundle, line.exception].some((each) => each.toLowerCase().includes(text)));
}

function paint() {
  waiting = false;
  const found = lines.filter(wanted);
  list.show(found.slice(0, SHOWN));
  fill(byId("count"), number(found.length) + (found.length > SHOWN ? " lines, the last " + SHOWN + " here" : found.length === 1 ? " line" : " lines"));
}

function add(line) {
  lines = [{ ...line, number: ++last }, ...lines].slice(0, KEPT);
  if (!waiting && !paused) requestAnimationFrame(paint);
  waiting = !paused;
}

byId("level").addEventListener("change", paint);
byId("words").addEventListener("input", paint);
byId("choice").addEventListener("submit", (event) => event.preventDefault());
byId("go").addEventListener("click", () => {
  paused = !paused;
  fill(byId("go"), paused ? "Go on" : "Pause");
  if (!paused) paint();
});

// ---- levels --------------------------------------------------------------------------------------

const NAMES = { "": "as configured", OFF: "off", ERROR: "error", WARN: "warning", INFO: "info", DEBUG: "debug", TRACE: "trace" };

function choice({ logger, level }) {
  if (!operator) return NAMES[level] ?? level;
  const select = h("select", {
    "aria-label": "Level of " + logger,
    onchange: async () => (await set(select, logger, select.value)) || (select.value = level),
  }, Object.entries(NAMES).map(([value, name]) => h("option", { value, selected: value === level }, name)));
  return select;
}

async function set(control, logger, level) {
  const done = await busy(control, async () => {
    if (level) await api("PUT", url`/log/levels/${logger}`, { body: { level } });
    else await api("DELETE", url`/log/levels/${logger}`);
    toast(logger + " logs " + (level ? "from level " + word(level) + " on" : "as configured again") + ".");
    return true;
  });
  await showLevels();
  return done;
}

const levels = table({
  caption: "Loggers and their levels",
  key: (one) => one.logger,
  none: "No bundle has a logger yet.",
  columns: [
    { title: "Bundle or logger", head: true, cell: (one) => one.logger },
    { title: "Logs from", cell: choice },
  ],
});

async function showLevels() {
  try {
    levels.show(await get("/log/levels"));
    if (!levels.element.isConnected) fill(byId("levels"), levels.element);
  } catch (error) {
    fill(byId("levels"), failed(error, showLevels));
  }
}

byId("more").addEventListener("submit", async (event) => {
  event.preventDefault();
  await set(event.submitter, byId("logger").value.trim(), "DEBUG");
  byId("logger").value = "";
});

fill(byId("lines"), loading());
fill(byId("levels"), loading());
showLevels();
try {
  const before = await get("/log?level=TRACE&limit=" + KEPT);
  lines = before.reverse().map((line) => ({ ...line, number: ++last })).reverse();
  fill(byId("lines"), list.element);
  paint();
  events({ log: add });
} catch (error) {
  fill(byId("lines"), failed(error, () => location.reload()));
}
