// Tables that change while somebody reads them: rows keep their elements, and so the focus.
import { empty, h } from "./dom.js";

/**
 * A table. columns: {title, cell(row) -> text or node, number, head (names the row), long (a text
 * of several lines, which on a phone has the whole width), nowrap, sort (word to sort by), steady
 * (shows the same as long as the row is there)}; key(row) names a row; onPick(row) is told of clicks
 * on it; steady holds of all columns; lines means that rows explain themselves, so that on a phone
 * they need no titles. Answers {element, show(rows), sorted(word)}; a leading "-" of the word means
 * that it is turned around.
 */
export function table({ caption, columns, key, none = "Nothing here.", onSort, onPick, steady = false, lines = false }) {
  const known = new Map();
  const body = h("tbody", { role: "rowgroup" });
  const heads = columns.map((column) =>
    h("th", { role: "columnheader", scope: "col", class: column.number ? "number" : "" },
      column.sort && onSort
        ? h("button", { type: "button", onclick: () => onSort(column.sort) }, column.title)
        : column.title));
  const kind = (column) => ["number", "long", "nowrap"].filter((each) => column[each]).join(" ");
  const all = h("table", { class: lines ? "cards lines" : "cards", role: "table" },
    h("caption", { class: "unseen" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)), body);
  const nothing = typeof none === "string" ? empty(none) : none;
  const element = h("div", { class: "scroll" }, all, nothing);
  all.hidden = true;
  nothing.hidden = true;

  function cellOf(column) {
    return column.head
      ? h("th", { role: "rowheader", scope: "row", class: kind(column) })
      : h("td", { role: "cell", class: kind(column), "data-label": column.title });
  }

  function rowOf(row) {
    const element = h("tr", { role: "row" }, columns.map(cellOf));
    if (onPick) {
      // For the mouse alone: the keyboard and screen readers have a link in the row.
      element.className = "pick";
      element.addEventListener("click", (event) => {
        if (!event.target.closest("a, button, input, select, label")) onPick(element.row);
      });
    }
    element.row = row;
    return element;
  }

  function put(cell, content) {
    if (content instanceof Node) {
      if (cell.contains(document.activeElement)) return;
      const listens = "button, input, select";
      const plain = !content.matches?.(listens) && !content.querySelector?.(listens);
      if (plain && cell.childNodes.length === 1 && cell.firstChild.isEqualNode(content)) return;
      cell.replaceChildren(content);
    } else {
      const text = String(content ?? "");
      if (cell.textContent !== text) cell.textContent = text;
    }
  }

  function show(rows) {
    const gone = new Set(known.keys());
    let before = null;
    for (const row of rows) {
      const name = String(key(row));
      gone.delete(name);
      let line = known.get(name);
      if (!line) {
        line = rowOf(row);
        known.set(name, line);
      }
      line.row = row;
      columns.forEach((column, i) => {
        // A button that is put anew between press and release is never clicked.
        if ((steady || column.steady) && line.children[i].hasChildNodes()) return;
        put(line.children[i], column.cell(row));
      });
      const next = before ? before.nextSibling : body.firstChild;
      if (next !== line) body.insertBefore(line, next);
      before = line;
    }
    for (const name of gone) {
      known.get(name).remove();
      known.delete(name);
    }
    all.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
  }

  function sorted(word) {
    columns.forEach((column, i) => {
      if (!column.sort) return;
      const way = word === column.sort ? "descending" : word === "-" + column.sort ? "ascending" : null;
      if (way) heads[i].setAttribute("aria-sort", way);
      else heads[i].removeAttribute("aria-sort");
    });
  }
  return { element, show, sorted };
}
