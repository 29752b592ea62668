// What the tests ask of a page; evaluated before the page's own scripts, and none of them sees it.
"use strict";

globalThis.vtlTest = (() => {
  const visible = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getClientRects().length > 0;

  const text = (node) => (node ? node.textContent.replace(/\s+/g, " ").trim() : "");

  // The name that a screen reader says (Accessible Name and Description Computation, in short).
  function name(element) {
    const by = element.getAttribute("aria-labelledby");
    if (by) return by.split(/\s+/).map((id) => text(document.getElementById(id))).join(" ").trim();
    if (element.getAttribute("aria-label")) return element.getAttribute("aria-label").trim();
    if (element.labels && element.labels.length) return [...element.labels].map(text).join(" ");
    if (element.alt) return element.alt;
    return text(element) || element.title || "";
  }

  const ROLES = {
    button: "button, [role=button], summary, input[type=submit]",
    link: "a[href]",
    field: "input, select, textarea",
    row: "tr, li",
    tab: "[role=tab]",
    heading: "h1, h2, h3, h4",
  };

  function find(what) {
    const match = /^(button|link|field|row|tab|heading)=(.*)$/s.exec(what);
    if (!match) return document.querySelector(what);
    // What stands below an open dialog cannot be used.
    const within = document.querySelector("dialog[open]") ?? document;
    const all = [...within.querySelectorAll(ROLES[match[1]])].filter(visible);
    return (
      all.find((one) => name(one) === match[2]) || all.find((one) => name(one).includes(match[2]))
    );
  }

  // A place within an element: its middle, or further down by a share of its height.
  function place(what, share = 0.5) {
    const box = find(what).getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height * share };
  }

  function middle(what) {
    find(what).scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    return place(what);
  }

  // Whether a click in its middle would reach it.
  function reachable(what) {
    const element = find(what);
    if (!element || !visible(element) || element.disabled) return false;
    const at = middle(what);
    const top = document.elementFromPoint(at.x, at.y);
    return !!top && (element.contains(top) || top.contains(element) || !!top.closest("label"));
  }

  // What a page asks for on its own, to know when it has all.
  const ask = globalThis.fetch;
  let open = 0;
  let asked = 0;
  let last = 0;
  globalThis.fetch = async (...words) => {
    open++;
    asked++;
    try {
      return await ask(...words);
    } finally {
      open--;
      last = performance.now();
    }
  };

  // Whether a page still waits for its data, or for the next that it asks for once it has them.
  const busy = () => asked === 0 || open > 0 || performance.now() - last < 100 ||
    [...document.querySelectorAll(".loading, [aria-busy=true]")].some(visible);

  function until(condition, millis) {
    return new Promise((resolve) => {
      let timer;
      let frame;
      const observer = new MutationObserver(look);
      function end(result) {
        observer.disconnect();
        clearTimeout(timer);
        cancelAnimationFrame(frame);
        resolve(result);
      }
      function look() {
        try {
          if (condition()) end(true);
        } catch {
          // Not there yet.
        }
      }
      // Values of fields, layout and addresses change without a mutation.
      function each() {
        look();
        frame = requestAnimationFrame(each);
      }
      timer = setTimeout(() => end(false), millis);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      each();
    });
  }

  function focus(what) {
    const element = find(what);
    element.focus();
    if (element.select) element.select();
  }

  function choose(what, value) {
    const element = find(what);
    element.value = value;
    if (element.value !== value) throw new Error(what + " has no option " + value);
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // For pictures that are higher than the window.
  const anchored = (position) =>
    document.querySelectorAll("#bar, #pages, #trials").forEach((one) => { one.style.position = position; });
  const unstick = () => anchored("static");
  const stick = () => anchored("");

  // ---- what all people need --------------------------------------------------------------------

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  function rgba(color) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  }

  const over = (top, below) => {
    const mixed = [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
    return [...mixed, 1];
  };

  function ground(element) {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const color = rgba(getComputedStyle(each).backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    return layers.reduceRight((below, layer) => over(layer, below), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
  }

  function luminance([r, g, b]) {
    const [x, y, z] = [r, g, b].map((c) => {
      const s = c / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  }

  const shown = (element) =>
    "<" + element.tagName.toLowerCase() + (element.id ? "#" + element.id : "") +
    (element.className && element.className.split ? "." + element.className.split(" ").join(".") : "") +
    "> \"" + text(element).slice(0, 40) + "\"";

  // WCAG 2.2, 1.4.3.
  function contrast(faults) {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = new Set();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || seen.has(element) || !visible(element)) continue;
      seen.add(element);
      if (element.closest(":disabled, [aria-disabled=true], script, style, option, canvas")) continue;
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) continue;
      const style = getComputedStyle(element);
      const below = ground(element);
      const [one, two] = [luminance(over(rgba(style.color), below)), luminance(below)];
      const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) {
        faults.push(`${shown(element)} has a contrast of ${ratio.toFixed(2)}`);
      }
    }
  }

  function names(faults) {
    for (const element of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (!visible(element)) continue;
      const by = element.getAttribute("aria-labelledby");
      const labelled =
        element.getAttribute("aria-label") || (element.labels && element.labels.length) ||
        (by && by.split(" ").every((id) => document.getElementById(id)));
      if (!labelled) faults.push(`${shown(element)} has no label`);
    }
    for (const element of document.querySelectorAll("button, a[href], [role=button], summary, dialog")) {
      if (visible(element) && !name(element)) faults.push(`${shown(element)} has no name`);
    }
    for (const element of document.querySelectorAll("img, svg, canvas, [role=img]")) {
      // An empty alt says that it is decoration.
      const hidden = element.closest("[aria-hidden=true]") || element.getAttribute("alt") === "";
      const parent = element.parentElement.closest("[role=img]");
      if (visible(element) && !hidden && !parent && !name(element)) {
        faults.push(`${shown(element)} has no text in its place`);
      }
    }
  }

  function structure(faults) {
    if (!document.documentElement.lang) faults.push("the page has no language");
    if (!document.title) faults.push("the page has no title");
    const mains = [...document.querySelectorAll("main, [role=main]")].filter(visible);
    if (mains.length !== 1) faults.push(`the page has ${mains.length} main parts`);
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(visible);
    if (headings.filter((one) => one.tagName === "H1").length !== 1) {
      faults.push("the page has not one h1");
    }
    let level = 0;
    for (const one of headings) {
      const now = Number(one.tagName[1]);
      if (now > level + 1) faults.push(`${shown(one)} follows a heading of level ${level}`);
      level = now;
    }
    const ids = new Set();
    for (const one of document.querySelectorAll("[id]")) {
      if (ids.has(one.id)) faults.push(`id ${one.id} comes twice`);
      ids.add(one.id);
    }
    for (const table of document.querySelectorAll("table")) {
      if (visible(table) && !table.querySelector("th")) faults.push(`${shown(table)} has no th`);
    }
    for (const list of document.querySelectorAll("ul, ol")) {
      if ([...list.children].some((one) => !["LI", "SCRIPT", "TEMPLATE"].includes(one.tagName))) {
        faults.push(`${shown(list)} holds what is no li`);
      }
    }
  }

  function faults() {
    const found = [];
    structure(found);
    names(found);
    contrast(found);
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide in ${clientWidth}`);
    return found;
  }

  return { busy, find, middle, place, reachable, until, focus, choose, faults, text, unstick, stick };
})();
