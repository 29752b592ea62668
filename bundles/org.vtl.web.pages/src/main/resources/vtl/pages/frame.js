// What is on every page: who is logged in, the menu of narrow screens, what is wrong with VTL.
import { api, busy, byId, covers, fill, get, h, notice, session, word } from "./vtl.js";

const menu = byId("menu");
const pages = byId("pages");

function open(on) {
  pages.classList.toggle("open", on);
  menu.setAttribute("aria-expanded", String(on));
}

menu.addEventListener("click", () => open(!pages.classList.contains("open")));
pages.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pages.classList.contains("open")) {
    open(false);
    menu.focus();
  }
});

byId("out").addEventListener("click", (event) =>
  busy(event.currentTarget, async () => {
    await api("DELETE", "/session");
    location.assign("/vtl/login");
  }));

const me = await session().catch((error) => {
  byId("notices").append(notice(error.message, "bad"));
  throw error;
});
fill(byId("who"), me.provisional ? "by one-time token" : me.user + " · " + word(me.role));
for (const element of document.querySelectorAll("[data-role]")) {
  element.hidden = !covers(me.role, element.dataset.role);
}
if (me.provisional) {
  byId("notices").append(notice("You are logged in by the one-time token, which ends with this login: make a user now.", "warn"));
}

async function health() {
  const faults = byId("notices").querySelector("#faults") ?? h("div", { id: "faults", role: "status" });
  const status = await get("/status");
  fill(faults, ...status.faults.map((fault) => notice(fault, "bad")));
  if (status.faults.length > 0 && !faults.isConnected) byId("notices").append(faults);
  if (status.faults.length === 0) faults.remove();
}

health().catch(() => {});
setInterval(() => document.hidden || health().catch(() => {}), 10_000);
