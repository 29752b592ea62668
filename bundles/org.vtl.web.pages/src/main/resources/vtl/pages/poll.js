// Looks again and again, as long as somebody can see it.

/**
 * Does action now, and again so many milliseconds after it is done, unless the page is hidden.
 * failed(error) is called once for each row of failures. Answers a function that does it at once.
 */
export function poll(action, millis, failed) {
  let timer;
  let wrong = false;
  async function now() {
    clearTimeout(timer);
    try {
      if (!document.hidden) {
        await action();
        wrong = false;
      }
    } catch (error) {
      if (!wrong) failed(error);
      wrong = true;
    }
    clearTimeout(timer);
    timer = setTimeout(now, millis);
  }
  now();
  document.addEventListener("visibilitychange", () => document.hidden || now());
  return now;
}
