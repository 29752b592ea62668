// Dragging an item of a list by its handle, with a mouse, a pen or a finger.

/**
 * Lets grip drag item within list; drop(place) is told where to, counted without the item. Escape
 * leaves all as it was.
 */
export function draggable(grip, item, list, { start, end, drop }) {
  let place;
  const others = () => [...list.children].filter((child) => child !== item);

  function mark(at) {
    others().forEach((child, i) => child.classList.toggle("target", i === at));
    list.classList.toggle("last", at === others().length);
  }

  function finish(pointer) {
    item.classList.remove("dragged");
    mark(-1);
    removeEventListener("keydown", escape, true);
    if (pointer !== undefined && grip.hasPointerCapture(pointer)) grip.releasePointerCapture(pointer);
    const to = place;
    place = undefined;
    end();
    return to;
  }

  function escape(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      finish();
    }
  }

  grip.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    grip.setPointerCapture(event.pointerId);
    place = [...list.children].indexOf(item);
    item.classList.add("dragged");
    addEventListener("keydown", escape, true);
    start();
  });
  grip.addEventListener("pointermove", (event) => {
    if (place === undefined) return;
    place = others().filter((child) => {
      const box = child.getBoundingClientRect();
      return event.clientY > box.top + box.height / 2;
    }).length;
    mark(place);
  });
  grip.addEventListener("pointerup", (event) => {
    if (place === undefined) return;
    const from = [...list.children].indexOf(item);
    const to = finish(event.pointerId);
    if (to !== from) drop(to);
  });
  grip.addEventListener("pointercancel", () => place !== undefined && finish());
}
