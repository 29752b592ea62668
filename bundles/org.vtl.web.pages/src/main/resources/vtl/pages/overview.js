// Links, throughput and packets as they pass, and why packets were dropped.
import {
  byId, empty, events, failed, fill, get, h, loading, number, perSecond, rate, rateParts,
  shortParts, table, tag, word,
} from "./vtl.js";
import { chart } from "./chart.js";

const KINDS = { UP: "good", WAITING: "warn", CLOSED: "bad", FAILED: "bad" };
const select = byId("link");
const tiles = {};
let links = [];
let drops = [];

for (const [key, title] of [
  ["outbound", "From the VM"], ["inbound", "To the VM"], ["packets", "Packets"],
  ["connections", "Connections"], ["dropped", "Dropped now"],
]) {
  tiles[key] = h("dd", {}, "–");
  byId("tiles").append(h("div", { class: "tile" }, h("dt", {}, title), tiles[key]));
}

// Of all links, which is what one comes back to.
const keeps = () => select.value === "";
const throughput = chart(byId("throughput"), { name: "Throughput of two minutes", unit: rate, least: 1000, keeps });
const packets = chart(byId("packets"), { name: "Packets a second of two minutes", unit: perSecond, keeps });

const port = (info) => (info ? info.address + (info.state === "OPEN" ? "" : " (" + word(info.state) + ")") : "–");

const linkTable = table({
  caption: "Links, and what passes them now",
  key: (sample) => sample.link.name,
  none: empty(
    h("p", {}, "There is no link yet: nothing passes VTL."),
    h("p", {}, h("a", { href: "vtl-configuration" }, "Configure a link"), " with a port on the VM's side and one on the network's.")),
  columns: [
    { title: "Link", head: true, cell: ({ link }) => link.name },
    {
      title: "State",
      cell: ({ link }) => h("span", {}, tag(word(link.state), KINDS[link.state]),
        link.reason && h("span", { class: "faint" }, " " + link.reason)),
    },
    { title: "VM's port", cell: ({ link }) => h("span", { class: "mono" }, port(link.vmPort)) },
    { title: "Network's port", cell: ({ link }) => h("span", { class: "mono" }, port(link.networkPort)) },
    { title: "From the VM", number: true, cell: (sample) => rate(sample.outboundBitsPerSecond) },
    { title: "To the VM", number: true, cell: (sample) => rate(sample.inboundBitsPerSecond) },
    { title: "Packets", number: true, cell: (s) => perSecond(s.outboundPacketsPerSecond + s.inboundPacketsPerSecond) },
    { title: "Connections", number: true, cell: ({ link }) => number(link.connections) },
    { title: "Dropped so far", number: true, cell: ({ link }) => number(link.dropped) },
  ],
});
fill(byId("links"), loading(), linkTable.element);

const dropTable = table({
  caption: "Reasons for which packets were dropped, the most frequent now first",
  key: ({ counter }) => counter.link + " " + counter.name,
  none: "No packet was dropped since VTL started.",
  columns: [
    { title: "Reason", head: true, cell: ({ counter }) => counter.name },
    { title: "What it means", long: true, cell: ({ counter }) => h("span", { class: "faint" }, counter.description) },
    { title: "Link", cell: ({ counter }) => counter.link },
    { title: "Now", number: true, cell: (drop) => (drop.perSecond > 0 ? perSecond(drop.perSecond) : "–") },
    { title: "Packets", number: true, cell: ({ counter }) => number(counter.value) },
  ],
});
fill(byId("drops"), loading(), dropTable.element);

const figure = (place, [value, unit]) => fill(place, value, h("span", { class: "unit" }, " " + unit));
const chosen = (name) => select.value === "" || select.value === name;

function showLinks(time) {
  const seen = links.filter((sample) => chosen(sample.link.name));
  const sum = (of) => seen.reduce((all, sample) => all + of(sample), 0);
  const out = sum((sample) => sample.outboundBitsPerSecond);
  const into = sum((sample) => sample.inboundBitsPerSecond);
  const outPackets = sum((sample) => sample.outboundPacketsPerSecond);
  const inPackets = sum((sample) => sample.inboundPacketsPerSecond);
  const dropped = sum((sample) => sample.droppedPerSecond);
  const ofPackets = (count) => {
    const [value, unit] = shortParts(Math.round(count));
    return [value, unit + "/s"];
  };
  figure(tiles.outbound, rateParts(out));
  figure(tiles.inbound, rateParts(into));
  figure(tiles.packets, ofPackets(outPackets + inPackets));
  fill(tiles.connections, number(sum(({ link }) => link.connections)));
  figure(tiles.dropped, ofPackets(dropped));
  if (time) {
    throughput.show(time, out, into);
    packets.show(time, outPackets, inPackets);
  }
  byId("links").querySelector(".loading")?.remove();
  linkTable.show(seen);
}

function showDrops() {
  byId("drops").querySelector(".loading")?.remove();
  dropTable.show(drops.filter(({ counter }) => chosen(counter.link))
    .sort((a, b) => b.perSecond - a.perSecond || b.counter.value - a.counter.value));
}

function choices() {
  const names = links.map((sample) => sample.link.name);
  const present = [...select.options].slice(1).map((option) => option.value);
  if (names.join("\n") === present.join("\n")) return;
  const before = select.value;
  fill(select, h("option", { value: "" }, "All"), names.map((name) => h("option", { value: name }, name)));
  select.value = names.includes(before) ? before : "";
}

select.addEventListener("change", () => {
  throughput.clear();
  packets.clear();
  showLinks();
  showDrops();
});

async function first() {
  try {
    const zero = { outboundBitsPerSecond: 0, inboundBitsPerSecond: 0, outboundPacketsPerSecond: 0, inboundPacketsPerSecond: 0, droppedPerSecond: 0 };
    links = (await get("/links")).map((link) => ({ link, ...zero }));
    drops = (await get("/drops")).map((counter) => ({ counter, perSecond: 0 }));
    choices();
    showLinks();
    showDrops();
  } catch (error) {
    fill(byId("links"), failed(error, () => location.reload()));
  }
}

await first();
events({
  links: ({ time, samples }) => {
    links = samples;
    choices();
    showLinks(time);
  },
  drops: ({ samples }) => {
    drops = samples;
    showDrops();
  },
});
