// Connections: sorted, filtered and cut into pages by VTL, so that a million are as quick as ten.
import {
  breakable, busy, byId, bytes, duration, empty, endpoint, failed, fill, get, h, loading, notice, number, table, word,
} from "./vtl.js";
import { chain, detail } from "./connection.js";

const LIMIT = 50;
const EVERY_MILLIS = 3000;
// Above this a look is only taken when somebody asks: it costs VTL something.
const MANY = 200_000;
const query = new URLSearchParams(location.search);
let offset = Math.max(0, Number.parseInt(query.get("offset"), 10) || 0);
let total = 0;
let asked;
let timer;
let wrong = false;

const filter = byId("filter");
const sort = byId("sort");
filter.value = query.get("filter") ?? "";
sort.value = query.get("sort") ?? "bytes";
if (!sort.value) sort.value = "bytes";

const away = (connection) => "?connection=" + connection.id;
const ofBoth = (connection, what) => connection.vm[what] + connection.network[what];

// An address of IPv4 stays whole, one of IPv6 is too long for that.
const end = ({ address, port }) => address.includes(":") ? breakable(endpoint(address, port)) : endpoint(address, port);

/** SYN_SENT / LISTEN, or once if both ends are in the same state; nothing where there is no TCP. */
function state(connection) {
  if (connection.protocol !== "tcp") return connection.established ? "answered" : "one way";
  const [vm, network] = [word(connection.vm.state), word(connection.network.state)];
  return vm === network ? vm : vm + " / " + network;
}

const list = table({
  caption: "Connections that match, sorted as chosen",
  key: (connection) => connection.id,
  none: empty(h("p", {}, "No connection matches."), h("p", {}, "Connections appear with their first packet, and leave some time after their last.")),
  onSort: (word) => {
    sort.value = sort.value === word ? "-" + word : word;
    again();
  },
  onPick: (connection) => location.assign(away(connection)),
  columns: [
    { title: "VM", head: true, cell: (c) => h("a", { class: "mono", href: away(c) }, end(c.vm)) },
    { title: "Network", cell: (c) => h("span", { class: "mono" }, end(c.network)) },
    { title: "Protocol", cell: (c) => c.protocol + (c.vlan >= 0 ? " · VLAN " + c.vlan : "") },
    { title: "State", cell: state },
    { title: "Bytes", number: true, sort: "bytes", cell: (c) => bytes(ofBoth(c, "bytes")) },
    { title: "Packets", number: true, sort: "packets", cell: (c) => number(ofBoth(c, "packets")) },
    { title: "Age", number: true, sort: "age", cell: (c) => duration(c.ageSeconds) },
    { title: "Idle", number: true, sort: "idle", cell: (c) => duration(c.idleSeconds) },
    { title: "Link", cell: (c) => c.link },
    { title: "Services", cell: (c) => c.chain.join(", ") || (c.path === "kernel" ? "none; the kernel carries it" : "none") },
  ],
});

async function look() {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const words = new URLSearchParams({ filter: filter.value.trim(), sort: sort.value, offset, limit: LIMIT });
  const from = performance.now();
  let page;
  wrong = false;
  try {
    page = await get("/connections?" + words, { signal });
  } catch (error) {
    if (error.name === "AbortError") return;
    wrong = error.status === 400;
    fill(byId("total"), "Connections");
    fill(byId("list"), wrong ? notice(error.message, "bad") : failed(error, look));
    return;
  }
  const millis = Math.round(performance.now() - from);
  total = page.total;
  if (!list.element.isConnected) fill(byId("list"), list.element);
  list.show(page.connections);
  list.sorted(sort.value);
  const shown = page.connections.length;
  if (shown === 0 && offset > 0) {
    await again(Math.min(offset - LIMIT, total - LIMIT));
    return;
  }
  fill(byId("total"), shown === 0 ? number(total) + " connections"
    : number(offset + 1) + "–" + number(offset + shown) + " of " + number(total) + " connections");
  byId("total").title = "Answered in " + millis + " ms";
  byId("previous").disabled = offset === 0;
  byId("next").disabled = offset + shown >= total;
}

/** Keeps what is asked in the address, for the browser's own back button and for others to open. */
function remember() {
  const words = new URLSearchParams();
  if (filter.value.trim()) words.set("filter", filter.value.trim());
  if (sort.value !== "bytes") words.set("sort", sort.value);
  if (offset > 0) words.set("offset", offset);
  history.replaceState(null, "", words.size > 0 ? "?" + words : location.pathname);
}

function again(to = 0) {
  offset = Math.max(0, to);
  remember();
  return look();
}

function follow() {
  clearInterval(timer);
  if (byId("follow").checked) {
    timer = setInterval(() => document.hidden || wrong || total > MANY || look(), EVERY_MILLIS);
  }
}

async function explain(event) {
  event.preventDefault();
  const answer = byId("answer");
  fill(answer, loading());
  try {
    const told = await get("/explanation?" + new URLSearchParams({ connection: byId("wanted").value }));
    fill(answer, h("p", {}, told.description + ", on link " + told.link + ":"), chain(told.stages));
  } catch (error) {
    fill(answer, notice(error.message, "bad"));
  }
}

if (query.has("connection")) {
  const one = byId("one");
  one.hidden = false;
  detail(one, query.get("connection"));
} else {
  byId("all").hidden = false;
  byId("find").addEventListener("submit", (event) => {
    event.preventDefault();
    busy(event.submitter, () => again());
  });
  filter.addEventListener("search", () => filter.value === "" && again());
  sort.addEventListener("change", () => again());
  byId("previous").addEventListener("click", () => again(offset - LIMIT));
  byId("next").addEventListener("click", () => again(offset + LIMIT));
  byId("follow").addEventListener("change", follow);
  byId("explain").addEventListener("submit", explain);
  fill(byId("list"), loading());
  await look();
  follow();
}
