// What a page can do better with a script: leave at once, show no answers again from the browser's memory, narrow a list as you tick, suggest names as you type, and copy a message.
// Everything works without it. It asks this house alone, and only for names while somebody types into the lines beside the filters; it writes no markup, and keeps nothing but a list, where somebody presses “Keep this list on this device”.
"use strict";

const SHIFTS_TO_LEAVE = 3;
const SHIFTS_WITHIN_MS = 5000;
const TICK_PAUSE_MS = 700;
const TYPING_PAUSE_MS = 150;
const LIVE_INPUTS = ["checkbox", "radio"];
const WIDE = "(min-width: 66rem)";

const leaveLink = document.querySelector("a[data-leave]");

/** Blank the page first, since the next one may be slow; replace it, so that Back doesn't lead here. */
function leave() {
  document.body.hidden = true;
  document.title = new URL(leaveLink.href).hostname;
  location.replace(leaveLink.href);
}

function leaveOnPress(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  leave();
}

/** Shift three times with no other key between, so that writing capitals never leaves. */
function watchForShifts() {
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      presses = [];
    } else if (!event.repeat) {
      const now = event.timeStamp;
      presses = presses.filter((then) => now - then < SHIFTS_WITHIN_MS).concat(now);
      if (presses.length >= SHIFTS_TO_LEAVE) leave();
    }
  });
  document.addEventListener("pointerdown", () => { presses = []; });
}

/** A page that comes back from the browser's memory is asked for anew: the one who comes back may be someone else. */
function forgetOnReturn() {
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      document.body.hidden = true;
      location.reload();
      return;
    }
    for (const box of document.querySelectorAll("textarea[autocomplete=off], input[data-suggest]")) box.value = box.defaultValue;
  });
}

/** Send the form a moment after the last tick, on wide screens only. The address names the group by its place, for a moment, and no more. */
function narrowAsYouTick(form) {
  const groups = [...form.querySelectorAll("fieldset")];
  const note = form.querySelector("[data-live-note]");
  const wide = matchMedia(WIDE);
  const sayIt = () => { if (note) note.hidden = !wide.matches; };
  let pause = 0;
  sayIt();
  goBackToGroup(groups);
  wide.addEventListener("change", sayIt);
  form.addEventListener("submit", () => clearTimeout(pause));
  form.addEventListener("change", (event) => {
    if (!wide.matches || !LIVE_INPUTS.includes(event.target.type)) return;
    clearTimeout(pause);
    pause = setTimeout(() => {
      form.action = `${form.action.split("#")[0]}#group-${groups.indexOf(event.target.closest("fieldset"))}`;
      form.requestSubmit();
    }, TICK_PAUSE_MS);
  });
}

/** Start again where the last tick was, so that a keyboard or a screen reader needn't begin at the top. */
function goBackToGroup(groups) {
  const place = /^#group-(\d+)$/.exec(location.hash);
  if (!place) return;
  history.replaceState(null, "", location.pathname + location.search);
  const group = groups[Number(place[1])];
  if (!group) return;
  group.tabIndex = -1;
  group.focus();
}

/** Fill the list of a line with names for what is typed there, a moment after the last key. The browser shows them. */
function suggestAsYouType(line) {
  const all = [...line.list.children];
  const path = line.form.dataset.suggestions;
  let pause = 0;
  let asked = 0;
  const ask = async () => {
    const turn = asked += 1;
    const text = line.value.trim();
    const names = text ? await suggestions(path, line.dataset.suggest, text) : [];
    if (turn === asked) line.list.replaceChildren(...(names.length ? names.map(optionOf) : all));
  };
  line.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, TYPING_PAUSE_MS);
  });
}

async function suggestions(path, field, text) {
  try {
    const answer = await fetch(path, { method: "POST", body: new URLSearchParams({ field, text }), credentials: "omit" });
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

function optionOf({ value, label }) {
  const option = document.createElement("option");
  option.value = value;
  option.label = label;
  return option;
}

if (leaveLink) {
  leaveLink.addEventListener("click", leaveOnPress);
  watchForShifts();
}
forgetOnReturn();
document.querySelectorAll("form[data-live]").forEach(narrowAsYouTick);
document.querySelectorAll("input[data-suggest]").forEach(suggestAsYouType);

/** Offer to copy what stands in a box, as it stands there. */
function offerToCopy(button) {
  const said = document.querySelector("[data-copied]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    said.hidden = false;
  });
}

document.querySelectorAll("button[data-copy]").forEach(offerToCopy);

const KEPT_LIST = "holdspace-list";

/** What this device keeps: "" when nothing, or when the browser keeps nothing for anybody. */
function keptList() {
  try {
    return localStorage.getItem(KEPT_LIST) ?? "";
  } catch {
    return "";
  }
}

/** The list on this device: kept, opened and forgotten by these buttons, and by nothing else. */
function offerThisDevice(box) {
  const list = box.dataset.onThisDevice;
  const show = (said) => {
    const kept = keptList();
    const offered = { keep: list && kept !== list, open: kept && kept !== list, forget: kept };
    box.querySelector("input[name=kept]").value = kept;
    for (const part of box.querySelectorAll("[data-part]")) part.hidden = !offered[part.dataset.part];
    for (const line of box.querySelectorAll("[data-said]")) line.hidden = line.dataset.said !== said;
    box.hidden = !list && !kept && !said;
  };
  const pressing = (button, said, act) => box.querySelector(button).addEventListener("click", () => {
    act();
    show(said);
  });
  pressing("[data-keep]", "kept", () => localStorage.setItem(KEPT_LIST, list));
  pressing("[data-forget]", "forgotten", () => localStorage.removeItem(KEPT_LIST));
  show("");
}

for (const line of document.querySelectorAll("[data-kept-here]")) line.hidden = !keptList();
document.querySelectorAll("[data-on-this-device]").forEach(offerThisDevice);
