/* What a page gains in a browser that runs scripts; every action works without.
   Times in the viewer's zone, copy buttons, keys, the account menu, split or unified diffs. */
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("has-js");

  /* ---- times: the server's clock, the viewer's zone ---- */
  let offset = Date.parse(document.body.dataset.now) - Date.now() || 0;
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const full = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });

  const duration = (seconds) => {
    const units = [[86400, "d", 3600, "h"], [3600, "h", 60, "min"], [60, "min", 1, "s"]];
    if (seconds >= 14 * 86400) return `${Math.floor(seconds / 86400)} d`;
    for (const [size, name, part, partName] of units) {
      if (seconds < size) continue;
      const rest = Math.floor((seconds % size) / part);
      return `${Math.floor(seconds / size)} ${name}${rest ? ` ${rest} ${partName}` : ""}`;
    }
    return `${seconds} s`;
  };

  const distance = (moment) => {
    const seconds = Math.round((Date.now() + offset - moment) / 1000);
    if (Math.abs(seconds) < 1) return "now";
    return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
  };

  const due = (moment) => {
    const late = Date.now() + offset - moment;
    if (late < 0) return `next ${distance(moment)}`;
    return late < 10_000 ? "due now" : `overdue since ${clock.format(moment)}, ${distance(moment)}`;
  };

  const inWords = {
    ago: distance,
    due,
    both: (moment) => `${day.format(moment)} · ${distance(moment)}`,
    day: (moment) => day.format(moment),
    clock: (moment) => clock.format(moment),
  };

  const refreshTimes = () => {
    for (const element of document.querySelectorAll("time[data-time]")) {
      const moment = new Date(element.dateTime);
      const text = inWords[element.dataset.time](moment);
      if (element.textContent !== text) element.textContent = text;
      const title = full.format(moment);
      if (element.title !== title) element.title = title;
    }
    for (const element of document.querySelectorAll("title[data-at]")) {
      const text = `${inWords.both(new Date(element.dataset.at))}: ${element.dataset.words}`;
      if (element.textContent !== text) element.textContent = text;
    }
  };
  refreshTimes();
  setInterval(() => { if (!document.hidden) refreshTimes(); }, 1000);
  document.addEventListener("htmx:afterSettle", refreshTimes);
  document.addEventListener("htmx:afterRequest", (event) => {
    const sent = Date.parse(event.detail.xhr?.getResponseHeader("Date"));
    if (sent && Math.abs(sent - Date.now() - offset) > 2000) offset = sent - Date.now();
  });

  /* ---- copy ---- */
  const copyText = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const isDone = document.execCommand("copy");
    area.remove();
    if (!isDone) throw new Error("the browser refused");
  };

  const copy = async (button) => {
    const words = button.querySelector("[data-copied]") ?? button;
    const before = button.dataset.words ?? words.textContent;
    button.dataset.words = before;
    try {
      await copyText(button.dataset.copy);
      words.textContent = "Copied";
    } catch {
      words.textContent = "Not copied";
    }
    setTimeout(() => { words.textContent = before; }, 1600);
  };

  /* ---- diffs ---- */
  const setView = (link) => {
    const diff = link.closest("[data-diff]");
    diff.dataset.view = link.dataset.diffView;
    for (const other of diff.querySelectorAll("[data-diff-view]")) {
      if (other === link) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    history.replaceState(history.state, "", link.href);
  };

  const visible = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());

  const step = (selector, by, mark) => {
    const entries = visible(selector);
    if (!entries.length) return;
    let now = entries.findIndex((entry) => entry.classList.contains("is-found") || entry.contains(document.activeElement));
    if (now < 0) now = entries.findIndex((entry) => entry.getAttribute("aria-current") === "true");
    const next = entries[now < 0 ? (by > 0 ? 0 : entries.length - 1) : Math.min(Math.max(now + by, 0), entries.length - 1)];
    for (const entry of entries) entry.classList.remove("is-found");
    if (mark) next.classList.add("is-found");
    else (next.matches("a, button") ? next : next.querySelector("a, button"))?.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  /* ---- the review: keys say a verdict's form, its scope, and send it; Enter never does ---- */
  const firstField = (form) =>
    [...form.querySelectorAll("input:not([type=hidden]), select, textarea")].find((field) => field.checkVisibility());

  const openSay = (say) => {
    say.open = true;
    const form = say.querySelector("form");
    if (form) firstField(form)?.focus();
    say.scrollIntoView({ block: "nearest" });
  };

  const accept = () => {
    const say = visible("details[data-say][open]")[0];
    if (!say) {
      const expected = document.getElementById("say-expected");
      if (expected) openSay(expected);
      return;
    }
    const all = say.querySelector("[data-scope-all]");
    if (all && !say.querySelector("[name=scope]:checked")) {
      all.checked = true;
      all.focus();
      return; // it stands there with its count; the next press sends it
    }
    say.querySelector("button[type=submit]:not([hidden], [disabled])")?.click();
  };

  const holdOutHere = () => {
    const box = document.querySelector("details[data-say][open] [data-hold-out-here]");
    if (!box) return false;
    box.closest("details").open = true;
    box.checked = !box.checked;
    box.focus();
    return true;
  };

  const follow = (by) => {
    const links = visible("[data-occurrence]");
    const now = links.findIndex((link) => link.getAttribute("aria-current") === "true");
    const next = links[now < 0 ? 0 : now + by];
    if (next) location.assign(next.href);
  };

  /* On the list of groups a verdict's key opens the chosen group with its form. */
  const openGroup = (verdict) => {
    const item = document.activeElement?.closest?.("[data-group]");
    if (!item) return false;
    const url = new URL(item.querySelector("a").href);
    url.searchParams.set("do", verdict);
    location.assign(url);
    return true;
  };

  /* ---- keys ---- */
  const actions = {
    J: () => follow(1),
    K: () => follow(-1),
    b: () => openGroup("bug"),
    x: () => openGroup("expected"),
    a: accept,
    "?": () => document.getElementById("keys")?.showModal(),
    "/": () => document.querySelector("[data-search]")?.focus(),
    j: () => step("[data-item]", 1, false),
    k: () => step("[data-item]", -1, false),
    n: () => step("[data-change]", 1, true),
    p: () => step("[data-change]", -1, true),
    s: () => {
      const link = visible("[data-diff-view]:not([aria-current])")[0];
      if (link) setView(link);
    },
  };
  const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, dialog, [contenteditable]";
  let afterG = 0;

  const press = (marked) => {
    const say = marked.closest("details[data-say]");
    if (marked.matches("select, textarea, input")) marked.focus();
    else if (marked.matches("[data-key-field]")) firstField(marked)?.focus();
    else if (say && marked.matches("summary")) openSay(say);
    else marked.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeMenus(null);
      leaveReview(event.target);
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    if (event.key === "Enter" && event.target.closest("[data-no-enter]")) {
      event.preventDefault();
      return;
    }
    if (event.key === "g") { afterG = Date.now(); return; }
    if (event.key === "h" && Date.now() - afterG < 1500) {
      location.assign(document.querySelector("[data-key-home]").href);
      return;
    }
    if (event.key === "h" && holdOutHere()) {
      event.preventDefault();
      return;
    }
    const marked = visible(`[aria-keyshortcuts="${CSS.escape(event.key)}"]:not([data-risky], [disabled])`)[0];
    const action = marked ? () => press(marked) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  /* Esc leaves a field first, then closes the form; what was typed stays in it. */
  const leaveReview = (target) => {
    if (target.matches?.("input, select, textarea")) { target.blur(); return; }
    const say = document.querySelector("details[data-say][open]");
    if (!say) return;
    say.open = false;
    say.querySelector("summary").focus();
  };

  /* ---- menus and clicks ---- */
  const closeMenus = (target) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (target && menu.contains(target)) continue;
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus) menu.querySelector("summary").focus();
    }
  };

  const opened = document.querySelector("details[data-say][open] form");
  if (opened) (opened.querySelector(".is-wrong input, .is-wrong select") ?? firstField(opened))?.focus();

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    const link = event.target.closest("[data-diff-view]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      setView(link);
    }
  });
})();
