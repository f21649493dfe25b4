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

  /* ---- keys ---- */
  const actions = {
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
  let afterG = 0;

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (event.key === "g") { afterG = Date.now(); return; }
    if (event.key === "h" && Date.now() - afterG < 1500) {
      location.assign(document.querySelector("[data-key-home]").href);
      return;
    }
    const marked = visible(`[aria-keyshortcuts="${CSS.escape(event.key)}"]:not([data-risky], [disabled])`)[0];
    const action = marked ? () => marked.click() : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  /* ---- menus and clicks ---- */
  const closeMenus = (target) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (target && menu.contains(target)) continue;
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus) menu.querySelector("summary").focus();
    }
  };

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
