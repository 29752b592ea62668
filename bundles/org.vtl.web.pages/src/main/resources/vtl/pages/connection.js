// One connection: how it goes, what happened to it, what each end is known to be in, which services see it.
import {
  bytes, duration, endpoint, failed, fill, get, h, loading, notice, number, perSecond, rate, tag, url, word,
} from "./vtl.js";
import { chart } from "./chart.js";
import { timelineIn } from "./timeline.js";

const EVERY_MILLIS = 1000;
const BITS = 8;

/** The services from the VM to the network, each with whether it sees the packets and why. */
export const chain = (stages) => h("ol", { class: "chain" },
  h("li", { class: "terminal" }, h("strong", {}, "VM")),
  stages.map((stage) => h("li", { class: stage.sees ? "" : "past" }, h("strong", {}, stage.service),
    h("span", {}, stage.sees ? "sees it" : "does not see it"), h("span", { class: "faint" }, stage.why))),
  h("li", { class: "terminal" }, h("strong", {}, "Network")));

const card = (name, ...content) => h("section", { class: "card", "aria-label": name }, h("h2", {}, name), content);

const yes = (value) => (value ? "yes" : "no");

function facts(of, rows) {
  fill(of, rows.filter(Boolean).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/** What one end has sent, as VTL has seen it. */
function endOf(end, connection) {
  const tcp = connection.protocol === "tcp";
  const flight = (end.next - end.unacknowledged) >>> 0;
  return [
    ["Address", h("span", { class: "mono" }, endpoint(end.address, end.port))],
    ["MAC address", h("span", { class: "mono" }, end.mac)],
    ["Sent", number(end.packets) + " packets, " + bytes(end.bytes)],
    ["Time to live", end.timeToLive],
    tcp && ["State", word(end.state) + (end.finished ? ", has sent its end (FIN)" : "")],
    tcp && ["Next sequence number", number(end.next) + " (" + bytes((end.next - end.initialSequence) >>> 0) + " after its first)"],
    tcp && ["Not acknowledged yet", bytes(flight)],
    tcp && ["Delivered up to", number(end.delivered)],
    tcp && ["Window", bytes(end.window) + ", scaled by 2^" + end.windowScale],
    tcp && ["Maximum segment", end.maximumSegmentSize + " B"],
    tcp && ["SACK, timestamps", yes(end.sackPermitted) + ", " + yes(end.timestamps)],
  ];
}

function summary(connection) {
  return [
    ["State", [tag(connection.established ? "both ends have answered" : "one end only", connection.established ? "good" : "warn")]],
    ["Opened by", connection.opener === "OUTBOUND" ? "the VM" : "the network"],
    ["First packet", duration(connection.ageSeconds) + " ago" + (connection.midstream ? "; it was under way already" : "")],
    ["Last packet", duration(connection.idleSeconds) + " ago"],
    ["Link", connection.link + ", worker " + connection.worker + (connection.vlan >= 0 ? ", VLAN " + connection.vlan : "")],
    ["Carried by", connection.path === "kernel" ? "the kernel, past VTL" : "VTL"],
    connection.left.length > 0 && ["Left it", connection.left.join(", ")],
    ["Packets that did not fit", number(connection.invalid)],
  ];
}

/** Fills place with connection id, and looks again each second while it is there. */
export async function detail(place, id) {
  const title = h("h1", {}, "Connection " + id);
  const head = h("div", { class: "head" }, title);
  const back = h("p", {}, h("a", { href: location.pathname }, "← All connections"));
  const body = h("div", { class: "view" }, loading());
  fill(place, back, head, body);
  let last;
  let lastMillis;
  let timer;

  async function look() {
    const connection = await get(url`/connections/${id}`);
    const explanation = await get(url`/connections/${id}/explanation`);
    const timeline = await get(url`/connections/${id}/timeline`);
    return { connection, explanation, timeline };
  }

  /** Of a connection that is over there is still what happened to it, for a while. */
  async function former(error) {
    let timeline;
    try {
      timeline = await get(url`/connections/${id}/timeline`);
    } catch {
      fill(body, notice(error.message, "warn"));
      return;
    }
    const place = h("div");
    timelineIn(place)(timeline);
    fill(body, notice("This connection is over. What happened to it is still known."), card("What happened", place));
  }

  let found;
  try {
    found = await look();
  } catch (error) {
    if (error.status === 404) await former(error);
    else fill(body, failed(error, () => location.reload()));
    return;
  }
  const { vm, network, protocol } = found.connection;
  fill(title, protocol.toUpperCase() + " " + endpoint(vm.address, vm.port) + " – " + endpoint(network.address, network.port));
  document.title = title.textContent + " – VTL";
  const words = [["tcp", "udp", "icmp"].includes(protocol) ? protocol : "", "host " + vm.address, "host " + network.address,
    protocol !== "icmp" && vm.port && "port " + vm.port, protocol !== "icmp" && network.port && "port " + network.port]
    .filter(Boolean).join(" and ");
  head.append(h("a", { class: "button", href: "vtl-trace?filter=" + encodeURIComponent(words) }, "Trace its packets"));

  const about = h("dl", { class: "facts" });
  const ends = [h("dl", { class: "facts" }), h("dl", { class: "facts" })];
  const stages = h("div");
  const throughput = h("div");
  const packets = h("div");
  const over = h("div", { "aria-live": "polite" });
  const happened = h("div");
  const tell = timelineIn(happened);
  fill(body, over,
    h("div", { class: "columns" }, card("How it is", about), card("Which services see it", stages)),
    card("What happened", happened),
    h("div", { class: "columns" }, card("Throughput", throughput), card("Packets", packets)),
    h("div", { class: "ends" }, card("The VM's end", ends[0]), card("The network's end", ends[1])));
  const charts = [
    chart(throughput, { name: "Throughput of this connection", unit: rate, least: 1000 }),
    chart(packets, { name: "Packets of this connection", unit: perSecond }),
  ];
  let said = "";

  function show({ connection, explanation, timeline }) {
    tell(timeline);
    facts(about, summary(connection));
    facts(ends[0], endOf(connection.vm, connection));
    facts(ends[1], endOf(connection.network, connection));
    const now = JSON.stringify(explanation.stages);
    if (now !== said) {
      said = now;
      fill(stages, chain(explanation.stages));
    }
    const millis = Date.now();
    if (last) {
      const seconds = Math.max(0.001, (millis - lastMillis) / 1000);
      const each = (end, what) => Math.max(0, connection[end][what] - last[end][what]) / seconds;
      charts[0].show(millis, each("vm", "bytes") * BITS, each("network", "bytes") * BITS);
      charts[1].show(millis, each("vm", "packets"), each("network", "packets"));
    }
    last = connection;
    lastMillis = millis;
  }

  show(found);
  timer = setInterval(async () => {
    if (document.hidden) return;
    try {
      show(await look());
      fill(over);
    } catch (error) {
      fill(over, notice(error.status === 404 ? "This connection is over; below is how it was last." : error.message, "warn"));
      if (error.status === 404) {
        clearInterval(timer);
        await get(url`/connections/${id}/timeline`).then(tell, () => {}); // how it ended
      }
    }
  }, EVERY_MILLIS);
}
