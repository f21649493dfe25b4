/* Parts that fetch themselves anew.

   A part is an element with an id and data-poll="SECONDS" (the template tag `poll` writes both and
   the htmx attributes). Here is decided when a part asks, and whether its answer may be shown:

   - polls are jittered, pause in a hidden tab, and slow down while the server does not answer;
   - an answer is never put under a pointer that is about to click, under a selection, or into a
     form that is half filled in: a toast offers it instead, and it comes by itself once released;
   - when the last answer is older than 30 s, buttons marked data-risky are off.

   No expression is evaluated anywhere, so the content policy needs no exception. */
"use strict";

(() => {
  const OLD_AFTER = 30_000;
  const SLOWEST = 60_000;
  const ACTIONABLE = "a, button, input, select, textarea, summary, label";

  const dueAt = new Map(); // part id → time of its next poll
  const etags = new Map(); // part id → ETag of what is shown
  const held = new Set(); // ids of parts whose new answer waits
  const forced = new Set(); // ids of parts that a person asked to see
  let answeredAt = Date.now();
  let failures = 0;
  let isPressed = false;

  const parts = () => document.querySelectorAll("[data-poll][id]");
  const toast = () => document.getElementById("new-evidence");

  const nextDelay = (part) => {
    const slowed = Number(part.dataset.poll) * 1000 * 2 ** Math.min(failures, 4);
    return Math.min(slowed, Math.max(SLOWEST, Number(part.dataset.poll) * 1000)) * (0.85 + Math.random() * 0.3);
  };

  const isChanged = (field) => {
    if (field.type === "hidden" || field.disabled) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") {
      const options = [...field.options];
      const first = options.some((option) => option.defaultSelected);
      return options.some((option, place) => option.selected !== (first ? option.defaultSelected : place === 0));
    }
    return field.value !== field.defaultValue;
  };

  const isBusy = (part) => {
    if ([...part.querySelectorAll("input, select, textarea")].some(isChanged)) return true;
    const selection = document.getSelection();
    if (selection && !selection.isCollapsed && part.contains(selection.anchorNode)) return true;
    if (!matchMedia("(hover: hover)").matches) return isPressed && part.matches(":active");
    const under = [...part.querySelectorAll(":hover")].some((element) => element.matches(ACTIONABLE));
    return under || (isPressed && part.matches(":hover"));
  };

  /* What a part says, without the times that tick by themselves. */
  const words = (part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("time, [data-busy-words]").forEach((element) => element.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  /* A person asked for the new answer: what they typed goes over into it. */
  const keepTyping = (part) => {
    const typed = [...part.querySelectorAll("input, select, textarea")]
      .filter((field) => field.id && isChanged(field))
      .map((field) => [field.id, field.value, field.checked]);
    document.addEventListener("htmx:afterSwap", () => {
      for (const [id, value, checked] of typed) {
        const field = document.getElementById(id);
        if (!field) continue;
        if (field.type === "checkbox" || field.type === "radio") field.checked = checked;
        else field.value = value;
      }
    }, { once: true });
  };

  const partIn = (text, id) => new DOMParser().parseFromString(text, "text/html").getElementById(id);

  const ask = (part) => {
    dueAt.set(part.id, Date.now() + nextDelay(part));
    part.dispatchEvent(new CustomEvent("poll"));
  };

  const showAge = () => {
    const age = Date.now() - answeredAt;
    const isOld = parts().length > 0 && age > OLD_AFTER;
    for (const button of document.querySelectorAll("[data-risky]")) {
      if (isOld && !button.disabled) {
        button.disabled = true;
        button.dataset.offByAge = "";
      } else if (!isOld && "offByAge" in button.dataset) {
        button.disabled = false;
        delete button.dataset.offByAge;
      }
    }
    const strip = document.getElementById("connection");
    if (!strip) return;
    strip.hidden = !(isOld && failures > 0);
    if (!strip.hidden) strip.querySelector("[data-connection-age]").textContent = `${Math.floor(age / 1000)} s`;
  };

  const tick = () => {
    if (!document.hidden) {
      const now = Date.now();
      for (const part of parts()) {
        if (!dueAt.has(part.id)) dueAt.set(part.id, now + nextDelay(part));
        const isReleased = held.has(part.id) && !isBusy(part);
        if (isReleased || now >= dueAt.get(part.id)) {
          held.delete(part.id);
          ask(part);
        }
      }
      const isWaiting = [...held].some((id) => document.getElementById(id));
      if (toast() && !isWaiting) toast().hidden = true;
    }
    showAge();
  };

  const isPoll = (event) =>
    event.detail.elt?.matches?.("[data-poll][id]") && event.detail.requestConfig?.verb !== "post";

  document.addEventListener("htmx:configRequest", (event) => {
    const part = event.detail.elt;
    if (event.detail.triggeringEvent?.type !== "poll") return;
    const etag = etags.get(part.id) ?? part.dataset.etag;
    if (etag) event.detail.headers["If-None-Match"] = etag;
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isPoll(event) || event.detail.xhr.status !== 200) return;
    const part = event.detail.elt;
    const fresh = partIn(event.detail.xhr.responseText, part.id);
    if (!fresh) {
      event.detail.shouldSwap = false; // signed out, or another page answered
      failures += 1;
      return;
    }
    if (isBusy(part) && !forced.has(part.id)) {
      event.detail.shouldSwap = false;
      if (words(fresh) !== words(part)) {
        held.add(part.id);
        if (toast()) toast().hidden = false;
      }
      return;
    }
    if (forced.delete(part.id)) keepTyping(part);
    const etag = event.detail.xhr.getResponseHeader("ETag");
    if (etag) etags.set(part.id, etag);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isPoll(event)) return;
    const status = event.detail.xhr.status;
    if (status === 304 || (status === 200 && partIn(event.detail.xhr.responseText, event.detail.elt.id))) {
      answeredAt = Date.now();
      failures = 0;
    } else if (status !== 200) {
      failures += 1;
    }
    showAge();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-show-evidence]")) return;
    toast().hidden = true;
    for (const id of held) {
      const part = document.getElementById(id);
      forced.add(id);
      if (part) ask(part);
    }
    held.clear();
  });

  /* The pulse came along with a part: a dead collector takes the colour off every status. */
  document.addEventListener("htmx:oobAfterSwap", () => {
    document.body.classList.toggle("is-blind", document.querySelector(".pulse.is-differs") !== null);
  });

  document.addEventListener("pointerdown", () => { isPressed = true; });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { isPressed = false; });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) for (const part of parts()) dueAt.set(part.id, Date.now() + Math.random() * 300);
  });

  if (window.Idiomorph) {
    Idiomorph.defaults.ignoreActiveValue = true;
    Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
      !(name === "open" && (node.tagName === "DETAILS" || node.tagName === "DIALOG"));
  }
  setInterval(tick, 500);
})();
