// Drawing what the room says. Words become text nodes, never HTML: nothing anybody writes can be markup here.

import { say } from "./net.js";

const { zone, address } = document.body.dataset;
const clock = new Intl.DateTimeFormat("id-ID", {
  timeZone: zone, hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});
const full = new Intl.DateTimeFormat("id-ID", {
  timeZone: zone, dateStyle: "full", timeStyle: "long",
});
const longDay = new Intl.DateTimeFormat("id-ID", {
  timeZone: zone, weekday: "long", day: "numeric", month: "long", year: "numeric",
});

export function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export function make(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// Marks that turn the direction of text act only within themselves: a citizen's cannot reorder our words.
const TURNS = /([\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+)/;

export function text(value) {
  const made = document.createDocumentFragment();
  value.split(TURNS).forEach((piece, index) => {
    if (index % 2) made.append(make("bdi", "turn", piece));
    else if (piece) made.append(piece);
  });
  return made;
}

export function link(url, label, className = "") {
  const made = make("a", className, label);
  made.href = url;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  const to = new URL(url, address);
  const post = to.searchParams.get("kiriman");
  if (to.origin === address && to.pathname === "/" && post) made.dataset.post = post;
  return made;
}

function spans(given) {
  const made = document.createDocumentFragment();
  for (const span of given) {
    let node = text(span.text);
    if (span.code) node = make("code", "", node);
    if (span.italic) node = make("em", "", node);
    if (span.bold) node = make("strong", "", node);
    if (span.href) node = link(span.href, node);
    made.append(node);
  }
  return made;
}

// One block of a message; `press` is called with a button's token.
export function block(given, press) {
  switch (given.kind) {
    case "text": return make("p", "", spans(given.spans));
    case "quote": return make("blockquote", "", spans(given.spans));
    case "list": return make("ul", "", ...given.items.map((item) => make("li", "", spans(item))));
    case "buttons": return make("div", "buttons", ...given.buttons.map((b) => button(b, press)));
    default: return document.createDocumentFragment();
  }
}

function button(given, press) {
  const look = given.style === "plain" ? "" : given.style;
  const made = given.url
    ? link(given.url, text(given.label), `button ${look}`)
    : make("button", look, text(given.label));
  if (given.heard) made.setAttribute("aria-label", given.heard);
  if (given.url) return made;
  made.type = "button";
  if (given.token) made.addEventListener("click", () => press(given.token, made));
  else made.disabled = true;
  return made;
}

export function setTime(element, at) {
  const moment = new Date(at);
  element.dateTime = at;
  element.textContent = clock.format(moment);
  element.title = full.format(moment);
}

export function day(at) {
  const named = longDay.format(new Date(at));
  if (named === longDay.format(new Date())) return say("today");
  if (named === longDay.format(new Date(Date.now() - 86_400_000))) return say("yesterday");
  return named;
}

// A person's sign: first letters on a colour that stays the same for the same key.
export function avatar(element, name, key) {
  const letters = name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "");
  let sum = 0;
  for (const c of key) sum = (sum * 31 + c.codePointAt(0)) % 997;
  element.textContent = letters.join("").toUpperCase();
  element.dataset.tone = sum % 6;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// A note at the foot of the page, perhaps with one thing to do about it.
export function notice(words, label, act) {
  const made = make("p", "notice", make("span", "", words));
  const close = make("button", "text", label ?? say("dismiss"));
  close.type = "button";
  const gone = setTimeout(() => made.remove(), act ? 60_000 : 9_000);
  close.addEventListener("click", () => {
    clearTimeout(gone);
    made.remove();
    act?.();
  });
  made.append(close);
  document.getElementById("notices").replaceChildren(made);
}

export function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}
