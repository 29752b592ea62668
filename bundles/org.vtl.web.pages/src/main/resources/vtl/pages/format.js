// Figures for people.
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

function scaled(value, units, base) {
  let i = 0;
  while (Math.abs(value) >= base && i < units.length - 1) {
    value /= base;
    i++;
  }
  const digits = i === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return [value.toFixed(digits), units[i]];
}

/** [figure, unit] of bits a second. */
export const rateParts = (bits) => scaled(bits, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"], 1000);
export const rate = (bits) => rateParts(bits).join(" ");
export const bytes = (count) => scaled(count, ["B", "kB", "MB", "GB", "TB", "PB"], 1000).join(" ");
/** A count, with a thin space at each thousand. */
export const number = (count) => NUMBER.format(count).replaceAll(",", "\u202f");
/** A count as short as it can be read: 1.23 M. */
export const shortParts = (count) => scaled(count, ["", "k", "M", "G", "T"], 1000);
export const short = (count) => shortParts(count).join(" ").trim();
/** Packets a second. */
export const perSecond = (count) => (count > 0 && count < 1 ? "< 1" : short(Math.round(count))) + "/s";

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "medium" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** When something was: the time of day, and the date as well unless it was today. */
export function moment(time) {
  const date = new Date(time);
  return (date.toDateString() === new Date().toDateString() ? CLOCK : DAY).format(date);
}

/** A time in seconds: 12 ms, 3.4 s, 5 min 20 s, 3 h 12 min, 4 d 2 h. */
export function duration(seconds) {
  if (seconds < 1) return Math.round(seconds * 1000) + " ms";
  if (seconds < 60) return (seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)) + " s";
  const whole = Math.floor(seconds);
  if (whole < 3600) return Math.floor(whole / 60) + " min " + (whole % 60) + " s";
  if (whole < 86400) return Math.floor(whole / 3600) + " h " + Math.floor((whole % 3600) / 60) + " min";
  return Math.floor(whole / 86400) + " d " + Math.floor((whole % 86400) / 3600) + " h";
}

/** A short time: 84 ns, 1.23 µs, 34.5 ms. */
export const nanos = (count) => scaled(count, ["ns", "µs", "ms", "s"], 1000).join("\u00a0");

/** An address and a port; of IPv6 the address is in brackets. */
export const endpoint = (address, port) =>
  port ? (address.includes(":") ? "[" + address + "]:" : address + ":") + port : address;

/** DROPPED as "dropped". */
export const word = (constant) => String(constant).toLowerCase().replaceAll("_", " ");
