// How Tor fares, and for operators what goes through it.
import {
  api, busy, byId, bytes, covers, empty, failed, fill, get, h, loading, notice, session, table, tag, toast, word,
} from "./vtl.js";
import { poll } from "./poll.js";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const STATES = { established: "good", open: "warn", error: "bad", BUILT: "good", FAILED: "bad" };
const operator = covers((await session()).role, "OPERATOR");
const mono = (text) => h("span", { class: "mono" }, text);
// What Tor calls the purposes of circuits, in words; the rest are its own business.
const PURPOSES = {
  GENERAL: "any stream", CONFLUX_LINKED: "any stream, joined with another", CONFLUX_UNLINKED: "any stream",
  CIRCUIT_PADDING: "ending",
};
const purpose = (circuit) => PURPOSES[circuit.purpose]
  ?? (circuit.purpose.startsWith("HS_") ? "onion services" : word(circuit.purpose) || "–");
byId("only").hidden = operator;
byId("lists").hidden = !operator;

const tiles = {};
for (const [key, title] of [["ready", "State"], ["percent", "Joined the network"], ["version", "Tor's version"]]) {
  tiles[key] = h("dd", {}, "–");
  byId("tiles").append(h("div", { class: "tile" }, h("dt", {}, title), tiles[key]));
}

// An onion service's name is one word of 56 letters, which may break anywhere.
const name = (text) => h("span", { class: "anywhere" }, text);

const circuits = (caption, none) => table({
  caption,
  key: (circuit) => circuit.id,
  none,
  columns: [
    { title: "Circuit", head: true, cell: (circuit) => circuit.id },
    { title: "State", cell: (circuit) => tag(word(circuit.state), STATES[circuit.state]) },
    { title: "Relays", long: true, cell: (circuit) => circuit.path.join(" → ") || "–" },
    { title: "For", cell: purpose },
  ],
});

const streams = (caption, none, more) => table({
  caption,
  key: (stream) => stream.link + " " + stream.connection + " " + stream.opened,
  none,
  columns: [
    { title: "To", head: true, cell: (stream) => name(stream.target) },
    { title: "VM", cell: (stream) => mono(stream.vm) },
    { title: "Link", cell: (stream) => stream.link },
    { title: "Opened", cell: (stream) => (stream.opened ? clock.format(new Date(stream.opened)) : "before") },
    { title: "State", cell: (stream) => tag(word(stream.state), STATES[stream.state]) },
    ...more,
  ],
});

const tables = {
  streams: streams("Streams through Tor", "No VM has a connection through Tor.", [
    { title: "Circuit", cell: (stream) => stream.circuit || "–" },
    { title: "To Tor", number: true, cell: (stream) => bytes(stream.toTor) },
    { title: "From Tor", number: true, cell: (stream) => bytes(stream.fromTor) },
  ]),
  failures: streams("The last streams that failed", "None failed.", [
    { title: "Why", long: true, cell: (stream) => stream.failure },
  ]),
  circuits: circuits("Circuits that carry a VM's streams", "No circuit carries a VM's stream now."),
  names: table({
    caption: "Names that VMs asked for, and the addresses that stand for them",
    key: (name) => name.link + " " + name.name,
    none: "No VM has asked for a name yet.",
    columns: [
      { title: "Name", head: true, cell: (one) => name(one.name) },
      { title: "IPv4", cell: (name) => mono(name.ipv4) },
      { title: "IPv6", cell: (name) => mono(name.ipv6) },
      { title: "Link", cell: (name) => name.link },
      { title: "Connections", number: true, cell: (name) => String(name.connections) },
    ],
  }),
};

function showStatus(status) {
  fill(tiles.ready, tag(status.ready ? "ready" : status.process || "not ready", status.ready ? "good" : "warn"));
  fill(tiles.percent, status.percent < 0 ? "–" : status.percent + " %");
  tiles.percent.title = status.summary;
  fill(tiles.version, status.version || "–");
  fill(byId("where"), status.where ? ["SOCKS port: ", mono(status.where)] : "");
  const said = status.complaints.join("\n");
  if (byId("complaints").dataset.said !== said) {
    byId("complaints").dataset.said = said;
    fill(byId("complaints"), status.complaints.map((each) => notice(each, "warn")));
  }
}

// Tor keeps many circuits ready; what a person asks is which carry something.
const others = circuits("Tor's other circuits", "None.");
const ready = h("summary", {});
const rest = h("details", {}, ready, others.element);

async function list(key) {
  try {
    let rows = await get("/tor/" + key);
    if (key === "circuits") {
      const used = new Set((await get("/tor/streams")).flatMap((stream) => stream.circuit.split(/\W+/)));
      const idle = rows.filter((circuit) => !used.has(circuit.id));
      rows = rows.filter((circuit) => used.has(circuit.id));
      others.show(idle);
      fill(ready, idle.length + " more, kept ready or Tor's own");
    }
    tables[key].show(rows);
    if (!tables[key].element.isConnected) {
      fill(byId(key), tables[key].element, key === "circuits" ? rest : null);
    }
  } catch (error) {
    // Circuits take Tor's control port, which may be away while all else is there.
    fill(byId(key), notice(error.message, "warn"));
  }
}

const refresh = poll(async () => {
  const status = await get("/tor");
  showStatus(status);
  if (!operator) return;
  if (!status.ready) fill(byId("circuits"), empty("Tor is not ready, and so it has no circuits."));
  await Promise.all(Object.keys(tables).filter((key) => key !== "circuits" || status.ready).map(list));
}, 2000, (error) => {
  delete byId("complaints").dataset.said;
  fill(byId("complaints"), failed(error, () => refresh()));
});

byId("identity").addEventListener("click", (event) => busy(event.currentTarget, async () => {
  toast((await api("POST", "/tor/identity")).done);
  await refresh();
}));

for (const key of Object.keys(tables)) fill(byId(key), loading());
