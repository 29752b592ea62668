// What is installed and what can be: each change is shown before it is made, and told while it is.
import {
  api, busy, byId, covers, dialog, duration, empty, events, failed, fill, get, h, loading, notice,
  session, table, tag, toast, url, word,
} from "./vtl.js";

const JAR = "application/java-archive";
const KINDS = { ACTIVE: "good", INSTALLED: "faint", FAILED: "bad", DONE: "good", RUNNING: "warn", WAITING: "faint" };
const VERBS = { install: "Install", update: "Update", uninstall: "Remove", rollback: "Go back with" };
const SHOWN_JOBS = 5;
const me = await session();
const admin = covers(me.role, "ADMIN");
const jobs = new Map();
byId("only").hidden = admin;

// ---- plans and jobs ------------------------------------------------------------------------------

const PARTS = [
  ["install", "New"],
  ["update", "Replaced"],
  ["start", "Starts"],
  ["refresh", "Starts again, since it uses what is replaced"],
];

function planned(plan) {
  const lists = PARTS.filter(([key]) => plan[key].length > 0).map(([key, title]) =>
    h("div", {}, h("h3", {}, title), h("ul", {}, plan[key].map((each) => h("li", { class: "mono" }, each)))));
  if (plan.problems.length > 0) {
    return h("div", { class: "body" }, plan.problems.map((each) => notice(each, "bad")), lists);
  }
  return h("div", { class: "body" },
    lists.length > 0 ? lists : notice("Everything of it is there already; nothing would change."));
}

/** Shows what would happen, and has it done if that is wanted. */
function propose(title, plan, label, order) {
  const possible = plan.problems.length === 0;
  dialog({
    title,
    label,
    body: planned(plan),
    action: possible ? () => start(order) : undefined,
  });
}

async function start(order) {
  const job = await api("POST", "/jobs", { body: order });
  changed(job);
  byId("jobs-card").scrollIntoView({ block: "nearest" });
  follow(job.id);
}

/** Asks for a job until it is over: events are lost while the stream is, as when web itself changes. */
async function follow(id) {
  while (!over(jobs.get(id))) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await get(url`/jobs/${id}`).then(changed, () => {});
  }
}

function changed(job) {
  const before = jobs.get(job.id);
  if (before && over(before)) return;
  jobs.set(job.id, job);
  showJobs();
  if (over(job)) {
    toast(job.result, job.state === "FAILED" ? "bad" : "");
    refresh();
  }
}

const over = (job) => job.state === "DONE" || job.state === "FAILED";

function showJobs() {
  const latest = [...jobs.values()].sort((a, b) => Number(b.id) - Number(a.id)).slice(0, SHOWN_JOBS);
  byId("jobs-card").hidden = latest.length === 0;
  fill(byId("jobs"), h("ul", { class: "plain jobs" }, latest.map(shownJob)));
}

function shownJob(job) {
  const verb = VERBS[job.action] ?? job.action;
  return h("li", { "data-job": job.id },
    h("div", { class: "row" }, h("b", {}, verb, " ", h("span", { class: "mono" }, job.target)),
      tag(word(job.state), KINDS[job.state]),
      h("span", { class: "faint" }, "by " + job.user + (over(job) ? ", took " + duration(job.millis / 1000) : ""))),
    over(job) || job.steps.length === 0 ? null : h("progress", { "aria-label": verb + " " + job.target }),
    job.result ? h("p", { class: job.state === "FAILED" ? "bad" : "" }, job.result) : null,
    job.steps.length === 0 ? null
      : h("details", { open: !over(job) }, h("summary", {}, job.steps.length + (job.steps.length === 1 ? " step" : " steps")),
        h("ol", {}, job.steps.map((step) => h("li", {}, step)))));
}

// ---- a jar ---------------------------------------------------------------------------------------

/** Asks for a jar, sends it, and shows what it would do. */
function choose(title, label, order) {
  const file = h("input", { type: "file", id: "jar", accept: ".jar", required: true });
  dialog({
    title,
    label: "Show the plan",
    body: h("div", { class: "field" },
      h("label", { for: "jar" }, "A bundle's jar"), file,
      h("span", { class: "hint" }, "It is checked first; nothing is installed before you have seen what would happen.")),
    action: async (box) => {
      const jar = file.files[0];
      const { upload, plan } = await api("POST", "/uploads", { body: jar.slice(0, jar.size, JAR) });
      box.close();
      propose(label + " " + jar.name, plan, label, { ...order, upload });
      return false;
    },
  });
}

byId("install").addEventListener("click", () => choose("Install a bundle", "Install", { action: "install" }));

function remove(name, what) {
  dialog({
    title: "Remove " + name + "?",
    label: "Remove",
    kind: "danger",
    body: h("p", {}, what),
    action: () => start({ action: "uninstall", name }),
  });
}

function goBack(name, version, former) {
  dialog({
    title: "Go back to " + former + " of " + name + "?",
    label: "Go back",
    body: h("p", {}, "It replaces " + version + ", to which you can come back in the same way."),
    action: () => start({ action: "rollback", name }),
  });
}

// ---- what there is -------------------------------------------------------------------------------

const doing = (label, name, action, kind = "") =>
  h("button", { type: "button", class: kind, "aria-label": label + " " + name, onclick: (event) => action(event.currentTarget) }, label);

/** A button that removes it; what stays says why instead. */
const removing = (one, what) => one.stays
  ? h("span", { class: "faint", title: one.stays }, "stays", h("span", { class: "unseen" }, ": " + one.stays))
  : doing("Remove", one.name, () => remove(one.name, what), "danger");

const features = table({
  caption: "Features, and whether they are installed",
  key: (feature) => [feature.name, feature.installed, feature.stays].join(" "),
  none: "This VTL has no features beside it.",
  columns: [
    { title: "Feature", head: true, cell: (feature) => feature.name },
    { title: "What it is", long: true, cell: (feature) => feature.description },
    {
      title: "State",
      cell: (feature) => tag(feature.installed ? "installed" : "not installed", feature.installed ? "good" : "faint"),
    },
    ...(admin ? [{
      title: "",
      steady: true,
      cell: (feature) => h("div", { class: "row right" }, feature.installed
        ? removing(feature, "Its bundles stop, unless another feature has them too: what they do for traffic ends.")
        : doing("Install", feature.name, (button) => busy(button, async () => {
          const plan = await get("/plan?source=" + encodeURIComponent(feature.name));
          propose("Install " + feature.name, plan, "Install", { action: "install", source: feature.name });
        }))),
    }] : []),
  ],
});

const installed = table({
  caption: "What was installed beyond the distribution",
  key: (one) => [one.name, one.source, one.version, one.former, one.stays].join(" "),
  none: empty(h("p", {}, "Nothing yet: VTL is as it came."),
    admin ? h("p", {}, "Install a bundle above, or put its jar into the folder deploy/.") : null),
  columns: [
    { title: "Name", head: true, cell: (one) => one.name },
    { title: "Version", cell: (one) => h("span", { class: "mono" }, one.version || "–") },
    {
      title: "State",
      cell: (one) => h("span", {}, tag(word(one.state), KINDS[one.state]),
        one.reason ? h("span", { class: "faint" }, " " + one.reason) : null),
    },
    { title: "Came from", cell: (one) => h("span", { class: "faint" }, one.source) },
    ...(admin ? [{
      title: "",
      steady: true,
      cell: (one) => h("div", { class: "row right" },
        one.former ? doing("Back to " + one.former, one.name, () => goBack(one.name, one.version, one.former)) : null,
        doing("Update", one.name, () => choose("Update " + one.name, "Update", { action: "update", name: one.name })),
        removing(one, "It stops, and what it does for traffic ends.")),
    }] : []),
  ],
});

async function refresh() {
  try {
    const [all, packages, former] = await Promise.all(["/features", "/packages", "/packages/former"].map((path) => get(path)));
    features.show(all);
    installed.show(packages.map((one) => ({ ...one, former: former.find((each) => each.name === one.name)?.version })));
    if (!features.element.isConnected) {
      fill(byId("features"), features.element);
      fill(byId("installed"), installed.element);
    }
  } catch (error) {
    fill(byId("features"), failed(error, refresh));
  }
}

fill(byId("features"), loading());
fill(byId("installed"), loading());
await refresh();
for (const job of await get("/jobs")) jobs.set(job.id, job);
showJobs();
events({ jobs: changed });
