// The training room's page: who you are, where you look, and what the live stream brings.

import { Chat } from "./chat.js";
import { Line, say } from "./net.js";
import { Square } from "./square.js";

const byId = (id) => document.getElementById(id);
const persona = byId("persona");
const room = byId("room");
const wide = matchMedia("(min-width: 900px)");
const asked = new URLSearchParams(location.search);
const unseen = { grup: 0, "alun-alun": 0 };
const PRIVATE = "pribadi";

const chat = new Chat({ onUnseen: () => count("grup"), onSaid: (words) => done("command", words) });
const square = new Square({ onUnseen: () => count("alun-alun"), onPosted: () => done("complaint") });
const line = new Line(hear, (connected) => {
  byId("line").textContent = connected ? "" : say("connecting");
});

function hear(kind, data) {
  if (kind === "keadaan") {
    chat.begin(data.messages, data.menu);
    square.begin(data.posts, data.accounts);
    reveal();
  } else if (kind === "pesan") chat.hear(data);
  else if (kind === "kiriman") square.hear(data);
  else if (kind === "lain") mark(data.room, true);
}

// -- who and where ------------------------------------------------------------------------------------

const inUrl = (key) => (key.startsWith(PRIVATE) ? PRIVATE : key);
const roomKey = () => (room.value === PRIVATE ? `${PRIVATE}:${persona.value}` : room.value);

function choose(select, ...wanted) {
  const keys = [...select.options].map((option) => option.value);
  select.value = wanted.find((key) => keys.includes(key)) ?? keys[0];
}

function enter() {
  sessionStorage.setItem("sebagai", persona.value);
  sessionStorage.setItem("grup", room.value);
  history.replaceState(null, "", `?${new URLSearchParams({ sebagai: persona.value, grup: room.value })}`);
  const where = { sebagai: persona.value, grup: roomKey() };
  mark(where.grup, false);
  byId("hint").textContent = say(room.value === PRIVATE ? "hint_private" : "hint_room");
  chat.enter(where);
  line.open(where);
}

// A dot on the name of a room in which something was said.
function mark(key, on) {
  const option = [...room.options].find(({ value }) => value === inUrl(key));
  if (option) option.textContent = option.textContent.replace(/^● /, "").replace(/^/, on ? "● " : "");
}

// -- group or square ----------------------------------------------------------------------------------

function show(view) {
  document.body.dataset.view = view;
  unseen[view] = 0;
  for (const button of document.querySelectorAll("[data-show]")) {
    if (button.dataset.show === view) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  badge(view);
  if (view === "grup") chat.toEnd();
}

function count(view) {
  if (wide.matches || document.body.dataset.view === view) return;
  unseen[view] += 1;
  badge(view);
}

function badge(view) {
  const sign = document.querySelector(`[data-show="${view}"] .badge`);
  sign.hidden = !unseen[view];
  sign.textContent = unseen[view];
}

function reveal() {
  const id = Number(asked.get("kiriman"));
  asked.delete("kiriman");
  if (!id) return;
  show("alun-alun");
  square.reveal(id);
}

// -- the five steps -----------------------------------------------------------------------------------

const steps = byId("steps");
const opener = byId("open-steps");

function openSteps(open) {
  steps.dataset.open = open ? "yes" : "no";
  opener.setAttribute("aria-expanded", String(open));
  if (open) byId("steps-title").focus();
}

function done(kind, words = "") {
  for (const button of steps.querySelectorAll(`[data-${kind}]`)) {
    if (words.startsWith((button.dataset.command ?? "").trim())) finish(button.closest("li"));
  }
}

function finish(step) {
  step.classList.add("done");
  const names = [...steps.querySelectorAll(".done")].map(({ dataset }) => dataset.step);
  sessionStorage.setItem("langkah", names.join(" "));
}

steps.addEventListener("click", (event) => {
  const { command, complaint, agency } = event.target.dataset;
  if (!command && !complaint) return;
  openSteps(false);
  show(command ? "grup" : "alun-alun");
  if (command) chat.fill(command);
  else square.fill(complaint, agency);
});

// -- listening ----------------------------------------------------------------------------------------

persona.addEventListener("change", enter);
room.addEventListener("change", enter);
opener.addEventListener("click", () => openSteps(steps.dataset.open !== "yes"));
byId("close-steps").addEventListener("click", () => (openSteps(false), opener.focus()));
document.addEventListener("keydown", (event) => event.key === "Escape" && openSteps(false));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show]");
  if (button) show(button.dataset.show);
  const link = event.target.closest("a[data-post]");
  if (!link) return;
  event.preventDefault();
  show("alun-alun");
  square.reveal(Number(link.dataset.post));
});

const first = !location.search && !sessionStorage.getItem("sebagai");
for (const name of (sessionStorage.getItem("langkah") ?? "").split(" ").filter(Boolean)) {
  steps.querySelector(`[data-step="${CSS.escape(name)}"]`)?.classList.add("done");
}
choose(persona, asked.get("sebagai"), sessionStorage.getItem("sebagai"));
choose(room, inUrl(asked.get("grup") ?? ""), sessionStorage.getItem("grup"));
enter();
if (first) openSteps(true);
