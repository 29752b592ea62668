// Elements, by hand: data become text nodes only, never markup.

/** An element; what is undefined or null is left out, a function named on... listens. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key === "value") element.value = value;
    else if (key === "style") Object.assign(element.style, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Replaces what is in an element; nothing happens to what has the same text already. */
export function fill(element, ...children) {
  if (children.length === 1 && typeof children[0] === "string") {
    if (element.textContent !== children[0]) element.textContent = children[0];
  } else {
    element.replaceChildren(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  }
  return element;
}

/** A long name that may be broken where its parts end: at dots, slashes and humps. */
export const breakable = (name) =>
  name.split(/(?<=[./?&=:])(?=[^\s./])|(?<=[a-z])(?=[A-Z])/).flatMap((part, i) => (i === 0 ? [part] : [h("wbr"), part]));

/** A word in a ring; kind is good, warn, bad or faint. */
export const tag = (word, kind = "faint") => h("span", { class: "tag " + kind }, word);

export const notice = (text, kind = "") => h("p", { class: "notice " + kind }, text);

export const loading = (text = "Loading …") => h("p", { class: "loading", role: "status" }, text);

/** What stands where there is nothing yet: a sentence, and what to do about it. */
export const empty = (...children) => h("div", { class: "empty" }, ...children);

/** What stands where something could not be shown, and a way to try again. */
export function failed(error, again) {
  return h("div", { class: "notice bad", role: "alert" }, h("p", {}, error.message),
    again && h("p", {}, h("button", { type: "button", onclick: again }, "Try again")));
}

/**
 * Says something for some seconds; what went wrong stays until it is closed. action is {label, run},
 * such as to undo what was done.
 */
export function toast(text, kind = "", action = undefined) {
  const box = byId("toasts");
  const one = h("div", { class: "toast " + kind }, h("span", {}, text),
    action && h("button", {
      type: "button", class: "act",
      onclick: () => {
        one.remove();
        busy(null, action.run);
      },
    }, action.label),
    h("button", { type: "button", "aria-label": "Close", onclick: () => one.remove() }, "✕"));
  // What went wrong before is over once something has been done.
  if (kind !== "bad") box.querySelectorAll(".bad").forEach((old) => old.remove());
  while (box.children.length >= 4) box.firstChild.remove();
  box.append(one);
  if (kind !== "bad") setTimeout(() => one.remove(), action ? 15_000 : 6000);
}

/**
 * Does what a button says, and says what went wrong; the button is busy meanwhile. Answers what
 * the action answered, or undefined.
 */
export async function busy(button, action) {
  if (button?.getAttribute("aria-busy") === "true") return undefined;
  button?.setAttribute("aria-busy", "true");
  try {
    return await action();
  } catch (error) {
    toast(error.message, "bad");
    return undefined;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

/**
 * A dialog that keeps the focus and gives it back: Escape and "Cancel" close it. With action, a
 * button of that name does it; the dialog stays open, and says so, if that fails.
 */
export function dialog({ title, body, action, label = "OK", kind = "main", cancel = "Cancel" }) {
  const before = document.activeElement;
  const problem = h("p", { class: "notice bad", role: "alert", hidden: true });
  const id = "dialog-" + Math.random().toString(36).slice(2);
  const doer = action && h("button", { type: "submit", class: kind }, label);
  const box = h("dialog", { "aria-labelledby": id },
    h("form", {
      method: "dialog",
      onsubmit: async (event) => {
        event.preventDefault();
        if (!action || doer.disabled) return;
        problem.hidden = true;
        doer.disabled = true;
        try {
          if ((await action(box)) !== false) box.close();
        } catch (error) {
          problem.textContent = error.message;
          problem.hidden = false;
        } finally {
          doer.disabled = false;
        }
      },
    },
    h("h2", { id }, title), body, problem,
    h("div", { class: "foot" }, h("button", { type: "button", onclick: () => box.close() }, action ? cancel : "Close"), doer)));
  box.addEventListener("close", () => {
    box.remove();
    // What was changed may have been drawn again.
    (before?.isConnected ? before : byId("content")).focus();
  });
  document.body.append(box);
  box.showModal();
  return box;
}
