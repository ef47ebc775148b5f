// What a page can do better with a script: leave at once, show no answers again from the browser's memory, and narrow a list as you tick.
// Everything works without it. It stores nothing, asks no server by itself and writes no markup.
"use strict";

const SHIFTS_TO_LEAVE = 3;
const SHIFTS_WITHIN_MS = 5000;
const TICK_PAUSE_MS = 700;
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

/** A page that comes back from the browser's memory is asked for anew: it may have been someone else's wish to leave it. */
function forgetOnReturn() {
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      document.body.hidden = true;
      location.reload();
      return;
    }
    for (const box of document.querySelectorAll("textarea[autocomplete=off]")) box.value = box.defaultValue;
  });
}

/** Send the form a moment after the last tick, on wide screens only. The address then points at the group that was changed, by number. */
function narrowAsYouTick(form) {
  const note = form.querySelector("[data-live-note]");
  const wide = matchMedia(WIDE);
  const sayIt = () => { if (note) note.hidden = !wide.matches; };
  let pause = 0;
  sayIt();
  wide.addEventListener("change", sayIt);
  form.addEventListener("submit", () => clearTimeout(pause));
  form.addEventListener("change", (event) => {
    if (!wide.matches || event.target.type !== "checkbox") return;
    const group = event.target.closest("fieldset");
    clearTimeout(pause);
    pause = setTimeout(() => {
      if (group && group.id) form.action = `${form.action.split("#")[0]}#${group.id}`;
      form.requestSubmit();
    }, TICK_PAUSE_MS);
  });
}

if (leaveLink) {
  leaveLink.addEventListener("click", leaveOnPress);
  watchForShifts();
}
forgetOnReturn();
document.querySelectorAll("form[data-live]").forEach(narrowAsYouTick);
