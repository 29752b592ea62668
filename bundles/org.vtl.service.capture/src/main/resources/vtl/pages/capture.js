// Captures of what passes, per link and stage: started, stopped, fetched for Wireshark.
import {
  address, api, busy, byId, bytes, covers, dialog, empty, failed, fill, get, h, loading, moment, number, session,
  table, tag, toast, url, word,
} from "./vtl.js";
import { poll } from "./poll.js";

const KINDS = { RUNNING: "good", PAUSED: "warn", FULL: "warn", STOPPED: "faint", FAILED: "bad" };
const STAGES = [
  ["arrival", "arrival: as packets come to VTL"], ["departure", "departure: as they leave it"],
  ["drop", "drop: those that are dropped, with the reason"], ["injection", "injection: those that services make"],
  ["all", "all of these, and each service"],
];
const operator = covers((await session()).role, "OPERATOR");
byId("only").hidden = operator;

const captures = table({
  caption: "Captures that run, and those that could not start",
  key: (one) => one.name,
  none: empty(h("p", {}, "No capture runs."), operator ? h("p", {}, "Start one above: it writes a file that Wireshark reads.") : null),
  columns: [
    { title: "Name", head: true, cell: (one) => one.name },
    {
      title: "State",
      cell: (one) => h("span", {}, tag(word(one.state), KINDS[one.state]),
        one.reason ? h("span", { class: "faint" }, " " + one.reason) : null),
    },
    { title: "Link", cell: (one) => one.link || "all" },
    { title: "Stage", cell: (one) => one.stage },
    { title: "Filter", cell: (one) => h("span", { class: "mono" }, one.filter || "–") },
    { title: "Packets", number: true, cell: (one) => number(one.packets) },
    { title: "Size", number: true, cell: (one) => bytes(one.bytes) },
    { title: "Lost", number: true, cell: (one) => number(one.lost) },
    ...(operator ? [{
      title: "",
      steady: true,
      cell: (one) => one.configured ? h("span", { class: "faint" }, "configured")
        : h("div", { class: "row right" }, h("button", { type: "button", "aria-label": "Stop " + one.name, onclick: (event) => stop(event.currentTarget, one.name) }, "Stop")),
    }] : []),
  ],
});

const files = table({
  caption: "Files of captures, the newest first",
  key: (file) => file.name,
  none: "No capture has written a file yet.",
  columns: [
    { title: "File", head: true, cell: (file) => file.name },
    { title: "Size", number: true, cell: (file) => bytes(file.bytes) },
    { title: "Written", cell: (file) => h("time", { datetime: file.modified, class: "nowrap" }, moment(file.modified)) },
    ...(operator ? [{
      title: "",
      steady: true,
      cell: (file) => h("div", { class: "row right" },
        h("a", { class: "button", href: address(url`/capture-files/${file.name}`), download: file.name, "aria-label": "Download " + file.name }, "Download"),
        h("button", { type: "button", class: "danger", "aria-label": "Delete " + file.name, onclick: () => erase(file.name) }, "Delete")),
    }] : []),
  ],
});

const refresh = poll(async () => {
  const [running, written] = await Promise.all([get("/captures"), get("/capture-files")]);
  captures.show(running);
  files.show(written);
  if (!captures.element.isConnected) {
    fill(byId("captures"), captures.element);
    fill(byId("files"), files.element);
  }
}, 2000, (error) => fill(byId("captures"), failed(error, () => refresh())));

function stop(button, name) {
  busy(button, async () => {
    const end = await api("DELETE", url`/captures/${name}`);
    toast("Capture " + name + " has ended with " + number(end.packets) + " packets.");
    await refresh();
  });
}

function erase(name) {
  dialog({
    title: "Delete " + name + "?",
    label: "Delete",
    kind: "danger",
    body: h("p", {}, "What it holds is gone then."),
    action: async () => {
      await api("DELETE", url`/capture-files/${name}`);
      await refresh();
    },
  });
}

const field = (id, label, control, hint) => h("div", { class: "field" }, h("label", { for: id }, label), control,
  hint ? h("span", { class: "hint" }, hint) : null);
const count = (id, value, min, max) => h("input", { id, type: "number", value, min, max, required: true });

byId("add").addEventListener("click", (event) => busy(event.currentTarget, async () => {
  const [links, services] = await Promise.all([get("/links"), get("/services")]);
  const names = services.map((service) => service.name);
  const stages = [...STAGES, ...names.map((name) => [name, name + ": as this service has it"])];
  dialog({
    title: "Start a capture",
    label: "Start",
    body: h("div", { class: "body" },
      field("capture-name", "Name", h("input", { id: "capture-name", required: true, maxlength: "64", pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]*", autocomplete: "off", spellcheck: "false", value: "capture" }), "Of the capture and of its file."),
      h("div", { class: "columns" },
        field("capture-link", "Link", h("select", { id: "capture-link" }, h("option", { value: "" }, "all"), links.map((link) => h("option", { value: link.name }, link.name)))),
        field("capture-stage", "Stage", h("select", { id: "capture-stage" }, stages.map(([value, name]) => h("option", { value }, name))))),
      field("capture-filter", "Filter", h("input", { id: "capture-filter", maxlength: "900", autocomplete: "off", spellcheck: "false", placeholder: "tcp and port 443" }), "Empty for all packets."),
      h("div", { class: "columns" },
        field("capture-snap", "Bytes per packet", count("capture-snap", 262144, 16, 262144)),
        field("capture-size", "Megabytes per file", count("capture-size", 100, 1, 100000)),
        field("capture-files", "Files kept", count("capture-files", 1, 1, 1000)))),
    action: async () => {
      const text = (id) => byId(id).value.trim();
      const started = await api("POST", "/captures", {
        body: {
          name: text("capture-name"),
          ...(text("capture-link") ? { link: text("capture-link") } : {}),
          stage: text("capture-stage"),
          filter: text("capture-filter"),
          snapBytes: Number(text("capture-snap")),
          fileMegabytes: Number(text("capture-size")),
          files: Number(text("capture-files")),
        },
      });
      await refresh();
      toast("Capture " + started.name + " runs.");
    },
  });
}));

fill(byId("captures"), loading());
fill(byId("files"), loading());
