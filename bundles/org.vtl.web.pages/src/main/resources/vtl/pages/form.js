// The keys of one configuration as fields; an empty field is a key that is not set.
import { fill, h } from "./dom.js";

const HIDDEN = "(hidden)";
const WHOLE = ["Integer", "Long", "Short", "Byte"];
const isList = (key) => key.type.endsWith("[]");

/** A value as a field shows it: a list has a line for each item. */
export const shown = (value) =>
  value === undefined || value === null ? "" : Array.isArray(value) ? value.join("\n") : String(value);

const typeOf = (value) =>
  Array.isArray(value) ? "String[]" : typeof value === "boolean" ? "Boolean"
    : typeof value === "number" ? (Number.isInteger(value) ? "Long" : "Double") : "String";

/** What a field's text is as a value of its key; null for none. Throws one sentence. */
function parsed(key, text) {
  if (isList(key)) {
    const items = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    return items.length === 0 ? null : items.map((item) => one(key, key.type.slice(0, -2), item));
  }
  return text.trim() === "" ? null : one(key, key.type, text.trim());
}

function one(key, type, text) {
  if (type === "Boolean") return text === "true";
  if (WHOLE.includes(type) || type === "Double" || type === "Float") {
    const number = Number(text);
    if (!Number.isFinite(number) || (WHOLE.includes(type) && !Number.isInteger(number))) {
      throw new Error(key.name + " takes a " + (WHOLE.includes(type) ? "whole " : "") + "number, and \"" + text + "\" is none.");
    }
    return number;
  }
  return text;
}

function control(key, id, value) {
  const hint = { id, name: key.name, "aria-describedby": id + "-hint", autocomplete: "off", spellcheck: "false" };
  const otherwise = key.defaultValue === "" ? "not set" : "default: " + key.defaultValue;
  if (key.type === "Boolean") {
    return h("select", hint,
      h("option", { value: "" }, otherwise), h("option", { value: "true" }, "true"), h("option", { value: "false" }, "false"));
  }
  if (isList(key)) {
    // A default is told with commas between its items, which may have commas of their own.
    const rows = Math.min(12, Math.max(2, shown(value).split("\n").length, key.defaultValue.split(",").length + 1));
    return h("textarea", { ...hint, rows, placeholder: otherwise });
  }
  const numeric = WHOLE.includes(key.type) || ["Double", "Float"].includes(key.type);
  return h("input", { ...hint, type: value === HIDDEN ? "password" : "text", inputmode: numeric ? "decimal" : undefined, placeholder: otherwise });
}

/**
 * Fields for a configuration in place. Answers changes(), by key with null for one to remove;
 * put(edits), which shows edits by key as texts; edits(). changed() is called at each change.
 */
export function form(place, configuration, { editable, changed }) {
  const known = new Set(configuration.keys.map((key) => key.name));
  const others = Object.keys(configuration.values).filter((name) => !known.has(name))
    .map((name) => ({ name, type: typeOf(configuration.values[name]), defaultValue: "", description: "" }));
  const fields = [...configuration.keys, ...others].map((key, i) => {
    const value = configuration.values[key.name];
    const before = shown(value);
    const input = control(key, "key-" + i, value);
    input.value = before;
    input.disabled = !editable;
    const reset = editable && h("button", { type: "button", class: "quiet", hidden: before === "", "aria-label": "Default for " + key.name,
      onclick: () => { input.value = ""; look(); } }, "Use default");
    const box = h("div", { class: "field" },
      h("div", { class: "line" }, h("label", { for: "key-" + i, class: "key" }, key.name), reset),
      input,
      h("span", { class: "hint", id: "key-" + i + "-hint" }, [key.description, isList(key) && "One item in each line."].filter(Boolean).join(" ")));
    const look = () => {
      box.classList.toggle("changed", input.value !== before);
      if (reset) reset.hidden = input.value === "";
      changed();
    };
    input.addEventListener("input", look);
    return { key, input, before, box, look };
  });
  fill(place, fields.map((field) => field.box));
  const touched = () => fields.filter((field) => field.input.value !== field.before);
  return {
    changes: () => Object.fromEntries(touched().map(({ key, input }) => [key.name, parsed(key, input.value)])),
    edits: () => Object.fromEntries(touched().map(({ key, input }) => [key.name, input.value])),
    put: (edits) => fields.filter(({ key }) => key.name in edits).forEach((field) => {
      field.input.value = edits[field.key.name];
      field.look();
    }),
    count: () => touched().length,
  };
}
