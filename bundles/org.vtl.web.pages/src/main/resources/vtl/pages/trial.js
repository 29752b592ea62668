// Changes that are shown before they are made, and taken back by themselves unless confirmed.
import { api, busy, dialog, fill, get, h, table, toast, url } from "./vtl.js";
import { shown } from "./form.js";

const LOOK_MILLIS = 3000;

const before = (value) => (value === null || value === undefined ? h("span", { class: "faint" }, "default") : h("pre", {}, h("del", {}, shown(value))));
const after = (value) => (value === null || value === undefined ? h("span", { class: "faint" }, "default") : h("pre", {}, h("ins", {}, shown(value))));

/**
 * Says key by key what would change, and applies it, on trial unless told otherwise; done() then.
 * outdated(error) if somebody else changed it since it was shown.
 */
export async function review(configuration, changes, { done, outdated }) {
  const path = url`/configurations/${configuration.pid}`;
  const body = { values: changes };
  const ifMatch = configuration.version;
  const patch = async (query) => {
    try {
      return await api("PATCH", path + query, { body, ifMatch });
    } catch (error) {
      if (error.status !== 412) throw error;
      await outdated(error);
      return undefined;
    }
  };
  const plan = await patch("?dryRun=true");
  if (!plan) return;
  if (plan.differences.length === 0) {
    toast("Nothing would change.");
    return;
  }
  const list = table({
    caption: "What changes",
    key: (difference) => difference.key,
    columns: [
      { title: "Key", head: true, cell: (difference) => h("span", { class: "mono" }, difference.key) },
      { title: "Is now", cell: (difference) => before(difference.before) },
      { title: "Will be", cell: (difference) => after(difference.after) },
    ],
  });
  list.show(plan.differences);
  const trial = h("input", { type: "radio", name: "stays", id: "trial", checked: true });
  const seconds = h("input", { type: "number", min: 5, max: 3600, value: 120, "aria-label": "Seconds", required: true });
  dialog({
    title: "Change " + configuration.pid + "?",
    body: [
      h("div", { class: "changes" }, list.element),
      h("fieldset", {}, h("legend", {}, "How long"),
        h("div", { class: "row" }, trial, h("label", { for: "trial" }, "On trial: taken back after"), seconds, "s unless you confirm"),
        h("div", { class: "row" }, h("input", { type: "radio", name: "stays", id: "stays" }), h("label", { for: "stays" }, "For good"))),
    ],
    label: "Apply",
    action: async () => {
      const confirmSeconds = trial.checked ? seconds.valueAsNumber : 0;
      const answer = await patch("?confirmSeconds=" + confirmSeconds);
      if (!answer) return;
      toast(answer.until ? "In force on trial; confirm it above, or it is taken back." : "In force, and it stays.");
      await done();
    },
  });
}

const left = (seconds) => Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");

/** Shows in place the changes on trial, counting down; ended() when one of them is over. */
export function trials(place, { mayChange, ended }) {
  let running = [];
  let clock = 0;

  function line(trial) {
    const name = h("strong", { class: "mono" }, trial.pid);
    const time = h("span", { class: "time" });
    const act = (label, kind, method, path, said) => h("button", {
      type: "button", class: kind, "aria-label": label + " " + trial.pid,
      onclick: (event) => busy(event.currentTarget, async () => {
        await api(method, path);
        toast(said);
        await look();
      }),
    }, label);
    const element = h("div", { class: "notice warn trial" },
      h("span", {}, "On trial: ", name, ", changed by " + trial.user + ", is taken back in ", time, "."),
      mayChange && h("span", { class: "row" },
        act("Confirm", "main", "POST", url`/configuration-trials/${trial.pid}/confirmation`, "The change stays."),
        act("Take back", "", "DELETE", url`/configuration-trials/${trial.pid}`, "It is as it was before.")));
    return { trial, time, element };
  }

  function tick() {
    for (const { trial, time } of running) {
      const seconds = Math.max(0, Math.round((Date.parse(trial.until) - Date.now() - clock) / 1000));
      fill(time, left(seconds));
    }
  }

  async function look() {
    const { value, date } = await get("/configuration-trials", { whole: true });
    // The browser's clock need not be VTL's.
    clock = Math.abs(date - Date.now()) > 2000 ? date - Date.now() : 0;
    const name = (trial) => trial.pid + " " + trial.until;
    const gone = running.filter(({ trial }) => !value.some((one) => name(one) === name(trial)));
    const fresh = value.filter((one) => !running.some(({ trial }) => name(one) === name(trial)));
    gone.forEach(({ element }) => element.remove());
    running = running.filter((one) => !gone.includes(one));
    for (const trial of fresh) {
      const one = line(trial);
      running.push(one);
      place.append(one.element);
    }
    tick();
    if (gone.length > 0) ended(gone.map(({ trial }) => trial.pid));
  }

  setInterval(tick, 1000);
  setInterval(() => document.hidden || look().catch(() => {}), LOOK_MILLIS);
  look().catch(() => {});
  return look;
}
