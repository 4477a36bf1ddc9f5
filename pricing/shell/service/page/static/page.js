// What the browser has to do by itself: number lines, put new texts into the editor, carry a request in a link, send the
// key. Everything else is drawn by the service and put in its place by htmx.
"use strict";

const find = (id) => document.getElementById(id);
const ask = find("ask");
const payload = find("payload");
const LONGEST = 1024 * 1024;
const PIECE = 1024;

function say(text, isFault) {
  find("said").textContent = text;
  find("said").classList.toggle("error", Boolean(isFault));
}

// What kept an answer away is told until there is one.
let hindrance = "";

function hinder(text) {
  hindrance = text;
  say(text, true);
}

// The key lives in its field, which has no name: no form sends it, and nothing keeps it.
function headers() {
  const key = find("key")?.value.trim();
  return key ? { Authorization: `Bearer ${key}` } : {};
}

function number() {
  const lines = payload.value.split("\n").length;
  payload.rows = Math.max(lines + 1, 12);
  find("gutter").textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n");
}

function slide() {
  find("marks").style.marginLeft = `${-payload.scrollLeft}px`;
}

function select(start, end) {
  payload.focus();
  payload.setSelectionRange(start, end);
}

// Puts a text in as if it had been typed, where it differs alone, so that undo takes it back.
function put(field, text) {
  const old = field.value;
  if (old === text) return;
  let start = 0;
  while (start < old.length && start < text.length && old[start] === text[start]) start += 1;
  let left = 0;
  const most = Math.min(old.length, text.length) - start;
  while (left < most && old[old.length - 1 - left] === text[text.length - 1 - left]) left += 1;
  field.focus();
  if (document.activeElement !== field) {
    field.value = text;
  } else {
    field.setSelectionRange(start, old.length - left);
    const middle = text.slice(start, text.length - left);
    document.execCommand(middle ? "insertText" : "delete", false, middle);
    if (field.value !== text) field.value = text;
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Asks the service for new texts of the editor's fields: a fix applied, facts added, a payload written, a sample.
async function write(form, button) {
  const fields = new URLSearchParams(new FormData(ask));
  for (const [name, value] of new FormData(form, button)) fields.set(name, value);
  const answer = await fetch(form.dataset.post, { method: "POST", body: fields, headers: headers() });
  const { said, host, facts, payload: text } = await answer.json();
  if (host !== undefined) find("host").value = host;
  if (facts !== undefined) put(find("facts"), facts);
  if (text !== undefined) {
    put(payload, text);
    // A keyboard on the screen would hide what came of it.
    if (matchMedia("(pointer: coarse)").matches) find("verdict")?.focus({ preventScroll: true });
  } else if (answer.ok) find("verdict")?.focus();
  say(said, !answer.ok);
}

function to64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function from64(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}

// A piece at a time, each of which unpacks to a thousand times as much at the most.
function read(bytes) {
  let at = 0;
  const pull = (on) => {
    on.enqueue(bytes.subarray(at, at + PIECE));
    at += PIECE;
    if (at >= bytes.length) on.close();
  };
  return new ReadableStream({ pull });
}

// A short link may unpack to far more than a tab holds: what is too long is not read on.
async function pass(bytes, stream, most = Infinity) {
  const reader = read(bytes).pipeThrough(stream).getReader();
  const parts = [];
  let left = most;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    left -= step.value.length;
    if (left < 0) {
      await reader.cancel();
      throw new RangeError("too long");
    }
    parts.push(step.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

// The request goes behind the #, which browsers keep to themselves: no server, and no log, sees it.
async function share() {
  const shared = [...ask.querySelectorAll("[data-share]")].map((field) => [field.name, field.value]);
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(shared)));
  const packed = await pass(text, new CompressionStream("deflate-raw"));
  history.replaceState(null, "", `#r=${to64(packed)}`);
  await copy(location.href, "The link carries the request, without the key");
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what}. Copied.`);
  } catch {
    say(`${what}. It can't be copied from here: take it from the address, or select it.`);
  }
}

// What a link says of the month waits, unseen, until an answer has a field for it.
function keep(name) {
  const kept = Object.assign(document.createElement("input"), { type: "hidden", name });
  kept.dataset.share = "";
  find("month").append(kept);
}

async function open() {
  if (!location.hash.startsWith("#r=")) return;
  try {
    const bytes = await pass(from64(location.hash.slice(3)), new DecompressionStream("deflate-raw"), LONGEST);
    const fields = JSON.parse(new TextDecoder().decode(bytes));
    for (const name of Object.keys(fields)) if (name.startsWith("consumed.") && !ask.elements[name]) keep(name);
    for (const field of ask.querySelectorAll("[data-share]")) field.value = String(fields[field.name] ?? "");
    if (!find("host").value) find("host").value = "recognise";
    number();
    htmx.trigger(ask, "submit");
  } catch {
    say("The link is damaged: no request can be read from it.", true);
  }
}

document.addEventListener("htmx:configRequest", (event) => Object.assign(event.detail.headers, headers()));
document.addEventListener("htmx:sendError", () => hinder("The service can't be reached."));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) hinder("The service failed to answer. Try again.");
});

// What the service refuses before the page is asked is a problem in JSON: it is told, and nothing is taken away for it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!(xhr.getResponseHeader("content-type") || "").startsWith("application/problem+json")) {
    if (find("said").textContent === hindrance) say("");
    return;
  }
  event.detail.shouldSwap = false;
  hinder(JSON.parse(xhr.responseText).detail);
});

// Fields of the month that stay the same stay in their place: whoever types in one is not disturbed.
const names = (part) => Array.from(part.querySelectorAll("input"), (field) => `${field.type} ${field.name}`).join("\n");
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.id !== "month" || names(target) !== names(fragment)) return;
  event.detail.shouldSwap = false;
  for (const fresh of fragment.querySelectorAll("[id]")) {
    const old = find(fresh.id);
    if (fresh.tagName === "INPUT") old.setAttribute("aria-invalid", fresh.getAttribute("aria-invalid"));
    else old.textContent = fresh.textContent;
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.post) return;
  event.preventDefault();
  write(event.target, event.submitter).catch(() => say("The service can't be reached.", true));
});

document.addEventListener("click", (event) => {
  const { start, end, line, spot, focus, copy: id } = event.target.closest("button")?.dataset ?? {};
  if (spot !== undefined && reveal(find(`spot-${spot}`))) return;
  if (focus !== undefined) {
    find(focus).closest("details").open = true;
    find(focus).focus();
  }
  if (start !== undefined) select(Number(start), Number(end));
  if (id !== undefined) copy(find(id).textContent, "The command");
  if (line !== undefined) {
    const before = payload.value.split("\n").slice(0, Number(line) - 1).join("\n").length;
    select(before && before + 1, before && before + 1);
  }
});

// Where lines have their messages behind their numbers, one is led to the message.
function reveal(place) {
  if (!place?.offsetParent) return false;
  place.parentElement.open = true;
  place.focus();
  return true;
}

// What opens at a line closes as a menu does.
const shut = () => document.querySelectorAll(".spot[open]").forEach((spot) => spot.removeAttribute("open"));
document.addEventListener("pointerdown", (event) => event.target.closest(".spot") || shut());
document.addEventListener("keydown", (event) => {
  const spot = event.key === "Escape" && document.activeElement.closest(".spot[open]");
  if (!spot) return;
  shut();
  spot.querySelector("summary").focus();
});

if (ask) {
  payload.addEventListener("input", number);
  payload.addEventListener("scroll", slide);
  document.addEventListener("htmx:oobAfterSwap", slide);
  // A name or a key half typed is none: the service is asked when it is whole.
  find("terms").addEventListener("input", (event) => event.stopPropagation());
  find("terms").addEventListener("change", () => htmx.trigger(ask, "submit"));
  find("spots").addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelector(".bubble").scrollIntoView({ block: "nearest" });
  }, true);
  find("share").addEventListener("click", share);
  window.addEventListener("hashchange", open);
  number();
  open();
} else {
  find("unlock").addEventListener("submit", (event) => event.preventDefault());
  // Whose prices another key may show is another list, of which nothing is chosen yet.
  find("key").addEventListener("change", () => {
    for (const list of ["account", "environment"]) find(list)?.replaceChildren();
    htmx.trigger(find("choose"), "ask");
  });
}
