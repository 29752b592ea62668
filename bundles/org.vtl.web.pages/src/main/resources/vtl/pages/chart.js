// A line chart of the last minutes: what comes from the VM, and what goes to it.
import { fill, h } from "./dom.js";

const SECONDS = 120;
const HEIGHT = 200;
// Steps of whole numbers: there is no half packet.
const STEPS = Array.from({ length: 13 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat();

/**
 * A chart; unit formats a value, name says what it shows, least is what the axis has at least. If
 * keeps() when the page is left, what it has shown is there again when one comes back.
 * show(time, outbound, inbound) adds a second.
 */
export function chart(place, { name, unit, least = 10, keeps }) {
  const times = [];
  const lines = [[], []];
  const values = [h("b"), h("b")];
  const canvas = h("div", { class: "chart", role: "img", "aria-label": name });
  const legend = h("ul", { class: "legend" },
    h("li", { class: "outbound" }, "from the VM ", values[0]),
    h("li", { class: "inbound" }, "to the VM ", values[1]));
  fill(place, legend, canvas);
  const style = (variable) => getComputedStyle(document.documentElement).getPropertyValue(variable);
  // light-dark() is for the browser's eyes: a canvas is given the colour that came of it.
  const probe = h("span", { hidden: true });
  place.append(probe);
  const colour = (variable) => {
    probe.style.color = "var(" + variable + ")";
    return getComputedStyle(probe).color;
  };
  const axis = {
    stroke: () => colour("--faint"),
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { show: false },
    font: "12px " + (style("font-family") || "system-ui, sans-serif"),
  };
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
  const line = (variable, dash) => ({
    stroke: () => colour(variable), width: 2, dash, points: { show: false }, spanGaps: false,
  });
  const plot = new window.uPlot({
    width: Math.max(1, canvas.clientWidth),
    height: HEIGHT,
    padding: [10, 30, 0, 0],
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      // With nothing to show it still says which minutes those are.
      x: { time: true, range: (_, from, to) => [(to ?? Date.now() / 1000) - SECONDS, to ?? Date.now() / 1000] },
      y: { range: (_, from, to) => [0, Math.max((to ?? 0) * 1.15, least)] },
    },
    axes: [
      { ...axis, space: 90, size: 32, gap: 9, values: (_, splits) => splits.map((at) => clock.format(at * 1000)) },
      { ...axis, size: 72, space: 36, incrs: STEPS, values: (_, splits) => splits.map(unit) },
    ],
    series: [{}, line("--outbound"), line("--inbound", [6, 4])],
    hooks: {
      setCursor: [(at) => label(at.cursor.idx)],
    },
  }, [times, ...lines], canvas);

  function label(index) {
    const i = index ?? times.length - 1;
    values.forEach((value, n) => fill(value, lines[n][i] === undefined ? "–" : unit(lines[n][i])));
    if (index === null || index === undefined) {
      canvas.setAttribute("aria-label", name + ": " + legend.textContent);
    }
  }

  new ResizeObserver(() => {
    const width = canvas.clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHT });
  }).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redraw(false, true));

  if (keeps) {
    const [then = [], ...each] = JSON.parse(sessionStorage.getItem(name) ?? "[]");
    if (then.length > 0 && Date.now() / 1000 - then.at(-1) < SECONDS) {
      times.push(...then);
      lines.forEach((values, n) => values.push(...each[n]));
      plot.setData([times, ...lines]);
    }
    addEventListener("pagehide", () =>
      sessionStorage.setItem(name, JSON.stringify(keeps() ? [times, ...lines] : [])));
  }

  return {
    show(time, outbound, inbound) {
      const second = time / 1000;
      // After a pause there is a gap, not a line that was never measured.
      if (times.length > 0 && second - times.at(-1) > 5) {
        push(times.at(-1) + 1, null, null);
      }
      push(second, outbound, inbound);
      while (times.length > 2 && times[0] < second - SECONDS - 5) {
        times.shift();
        lines.forEach((each) => each.shift());
      }
      plot.setData([times, ...lines]);
      label(plot.cursor.left >= 0 ? plot.cursor.idx : null);
    },
    clear() {
      times.length = 0;
      lines.forEach((each) => (each.length = 0));
      plot.setData([times, ...lines]);
      label(null);
    },
  };

  function push(time, ...each) {
    times.push(time);
    each.forEach((value, n) => lines[n].push(value));
  }
}
