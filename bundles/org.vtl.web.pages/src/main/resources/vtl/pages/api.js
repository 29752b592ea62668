// What pages know of VTL: its REST API and its events, and nothing else.
import { byId, fill } from "./dom.js";

const ROOT = "/vtl/api/v1";
const LOGIN = "/vtl/login";
const RANKS = ["NONE", "VIEWER", "OPERATOR", "ADMIN"];
// A page that nobody looks at gives its stream back: browsers have six connections for each site.
const HIDDEN_MILLIS = 60_000;
let who;

/** What VTL refused, as an error: message is its one sentence, status that of HTTP. */
export class Problem extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/** Who is logged in: user, role, csrf, provisional. */
export function session() {
  who ??= api("GET", "/session").catch((error) => {
    who = undefined;
    throw error;
  });
  return who;
}

/** Whether somebody of this role may do what takes that one. */
export const covers = (role, needed) => RANKS.indexOf(role) >= RANKS.indexOf(needed.toUpperCase());

/**
 * Asks the API. body is sent as JSON, or as it is if it is a Blob; ifMatch as that header. Answers
 * what came back (undefined for nothing); with whole, {value, version, date}, date by
 * VTL's clock in milliseconds.
 */
export async function api(method, path, { body, ifMatch, whole = false, signal } = {}) {
  const headers = {};
  if (method !== "GET") headers["X-VTL-CSRF"] = (await session()).csrf;
  if (ifMatch) headers["If-Match"] = '"' + ifMatch + '"';
  if (body !== undefined) headers["Content-Type"] = body instanceof Blob ? body.type : "application/json";
  let response;
  try {
    response = await fetch(ROOT + path, {
      method, headers, signal,
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "VTL does not answer; it may have ended, or the way to it is cut.");
  }
  if (response.status === 401) {
    location.assign(LOGIN);
    throw new Problem(401, "The login is over.");
  }
  const json = (response.headers.get("Content-Type") ?? "").includes("json");
  const value = response.status === 204 ? undefined : json ? await response.json() : await response.text();
  if (!response.ok) {
    throw new Problem(response.status, (json && value.detail) || "VTL answered with status " + response.status + ".");
  }
  const version = (response.headers.get("ETag") ?? "").replace(/^W\/|"/g, "");
  return whole ? { value, version, date: Date.parse(response.headers.get("Date")) || Date.now() } : value;
}

export const get = (path, options) => api("GET", path, options);

/** Where a file is that the browser may download. */
export const address = (path) => ROOT + path;

/** A path from words that may hold anything: url`/links/${name}`. */
export const url = (parts, ...words) =>
  parts.reduce((path, part, i) => path + encodeURIComponent(words[i - 1]) + part);

/**
 * Follows what happens: handlers by topic, each called with the event's data. It connects again by
 * itself, and says in the bar how it goes. Answers a function that ends it.
 */
export function events(handlers, { filter = "" } = {}) {
  let source;
  let timer;
  let over = false;
  const status = (text, on) => {
    const place = byId("live");
    place.classList.toggle("on", on);
    fill(place, text);
  };
  const open = () => {
    if (over || source) return;
    const query = new URLSearchParams({ topics: Object.keys(handlers).join(",") });
    if (filter) query.set("filter", filter);
    source = new EventSource(ROOT + "/events?" + query);
    source.addEventListener("open", () => status("Live", true));
    source.addEventListener("error", () => lost());
    source.addEventListener("end", (event) => {
      status(JSON.parse(event.data).reason, false);
      again();
    });
    for (const [topic, handler] of Object.entries(handlers)) {
      source.addEventListener(topic, (event) => handler(JSON.parse(event.data)));
    }
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  const again = () => {
    close();
    setTimeout(open, 3000);
  };
  const lost = () => {
    if (over) return;
    status("No connection; trying again", false);
    if (source?.readyState === EventSource.CLOSED) {
      again();
      // Tells a login that is over, which leads to the login's page, from a VTL that is away.
      get("/session").catch((error) => status(error.message, false));
    }
  };
  const look = () => {
    clearTimeout(timer);
    if (!document.hidden) open();
    else timer = setTimeout(() => { close(); status("Paused", false); }, HIDDEN_MILLIS);
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", close);
  addEventListener("pageshow", look);
  look();
  return () => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
    close();
    status("", false);
  };
}
