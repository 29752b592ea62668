// The library of all pages, in one import.
export * from "./api.js";
export * from "./dom.js";
export * from "./format.js";
export { table } from "./table.js";
