// What happened to a connection: a list from top to bottom, each with how long after the first.
import { duration, empty, fill, h, notice } from "./vtl.js";

// A connection that comes and goes between VTL and the kernel may have thousands: the last are shown first.
const LAST = 30;
const BAD = new Set(["DROPPED", "RESET", "EVICTED", "LINK_SHUT"]);
const GOOD = new Set(["ESTABLISHED", "LINK_OPEN"]);
const OVER = new Set(["EXPIRED", "EVICTED", "REOPENED", "CLOSED"]);

/** A time after the first event: at the start, +0.4 ms, +12 ms, +3.4 s. */
function after(seconds, index) {
  if (index === 0) return "start";
  return "+" + (seconds < 0.01 ? (seconds * 1000).toFixed(1) + " ms" : duration(seconds));
}

const kind = (event) => (BAD.has(event.kind) ? "bad" : GOOD.has(event.kind) ? "good" : OVER.has(event.kind) ? "over" : "");

/** Fills place; answers a function that shows a timeline, drawn anew only when it has grown. */
export function timelineIn(place) {
  const list = h("ol", { class: "timeline", "aria-label": "What happened, the oldest first" });
  const earlier = h("div", { class: "stack earlier" });
  let ages = [];
  let drawn = "";
  let all = false;
  let last;

  function draw(events, whole, cut) {
    const begin = last.events[0].ageSeconds;
    ages = events.map(() => h("span", { class: "faint ago" }));
    fill(list, events.map((event, i) => h("li", { class: kind(event) },
      h("span", { class: "after number" }, after(begin - event.ageSeconds, cut + i)),
      h("span", {}, event.text), ages[i])));
    fill(earlier,
      whole ? null : notice("There may have been more: VTL remembers the last events of all connections together."),
      cut === 0 ? null : h("div", {}, h("button", {
        type: "button",
        onclick: () => {
          all = true;
          show(last);
        },
      }, "Show the " + cut + " before")));
  }

  function show(timeline) {
    last = timeline;
    if (timeline.events.length === 0) {
      drawn = "";
      fill(place, empty(h("p", {}, "What happened to it is forgotten."),
        h("p", {}, "VTL remembers the last events of all connections together; what happens from now on appears here.")));
      return;
    }
    if (!list.isConnected) fill(place, earlier, list);
    const cut = all ? 0 : Math.max(0, timeline.events.length - LAST);
    const events = timeline.events.slice(cut);
    const now = timeline.whole + "/" + cut + "/" + events.map((event) => event.kind + event.text).join("/");
    if (now !== drawn) {
      drawn = now;
      draw(events, timeline.whole, cut);
    }
    events.forEach((event, i) => fill(ages[i], duration(event.ageSeconds) + " ago"));
  }

  return show;
}
