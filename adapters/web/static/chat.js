// The group: its messages, and what somebody says, presses and fills in.

import { Completion } from "./complete.js";
import { avatar, block, clone, day, grow, make, notice, setTime, text } from "./draw.js";
import { closeForm, openForm } from "./forms.js";
import { excerpt, foldLong, paper, picture, who } from "./message.js";
import { get, randomKey, say, send, tab } from "./net.js";

const PAGE = 60;
const byId = (id) => document.getElementById(id);
const log = byId("log");
const list = byId("messages");
const area = byId("text");
const chip = byId("answering");
const touch = matchMedia("(pointer: coarse)");

// What was not delivered yet, by key: it outlives a page that the phone throws away.
const unsent = {
  all: () => JSON.parse(sessionStorage.getItem("belum-terkirim") ?? "{}"),
  keep: (all) => sessionStorage.setItem("belum-terkirim", JSON.stringify(all)),
  add: (body) => unsent.keep({ ...unsent.all(), [body.key]: body }),
  remove: (key) => unsent.keep(Object.fromEntries(Object.entries(unsent.all()).filter(([k]) => k !== key))),
};

export class Chat {
  #where = { sebagai: "", grup: "" };
  #messages = new Map();
  #waiting = new Map(); // what this tab sent and has not seen come back, by key
  #answers = null;

  constructor({ onUnseen, onSaid }) {
    this.onUnseen = onUnseen;
    this.onSaid = onSaid;
    this.completion = new Completion(area, byId("commands"), byId("usage"));
    byId("say").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say();
    });
    area.addEventListener("keydown", (event) => this.#key(event));
    area.addEventListener("input", () => grow(area));
    chip.querySelector("button").addEventListener("click", () => this.#answer(null));
    byId("older").addEventListener("click", () => this.#older());
    byId("jump").addEventListener("click", () => this.toEnd());
    log.addEventListener("scroll", () => this.#atEnd() && (byId("jump").hidden = true), { passive: true });
  }

  // Stand in this room as this person; the messages come with `begin`.
  enter(where) {
    this.#where = where;
    this.#answer(null);
    this.#messages.clear();
    this.#waiting.clear();
    list.replaceChildren();
    log.setAttribute("aria-busy", "true");
    for (const body of Object.values(unsent.all())) this.#wasLeft({ ...body, tab });
  }

  begin(messages, menu) {
    this.completion.menu = menu;
    this.#messages.clear();
    list.replaceChildren();
    for (const message of messages) {
      this.#arrived(message);
      this.#place(message);
    }
    for (const waiting of this.#waiting.values()) list.append(waiting.item);
    byId("older").hidden = messages.length < PAGE;
    this.#tidy();
    this.toEnd();
    log.setAttribute("aria-busy", "false");
  }

  hear(message) {
    const known = this.#messages.has(message.id);
    if (known && this.#messages.get(message.id).changed >= message.changed) return;
    const follow = this.#atEnd();
    this.#arrived(message);
    this.#place(message);
    this.#tidy();
    if (follow) this.#follow(message);
    else if (!known) byId("jump").hidden = false;
    if (!known && !this.#mine(message)) this.onUnseen();
    const { form } = message;
    if (form?.done) closeForm(message.id);
    else if (form?.tab === tab) this.#form(message);
  }

  // Put a command into the line, for a person to complete and send.
  fill(command) {
    area.value = command;
    grow(area);
    area.focus();
    area.dispatchEvent(new Event("input"));
    this.completion.hide();
  }

  toEnd() {
    log.scrollTop = log.scrollHeight;
    byId("jump").hidden = true;
  }

  // A message that is higher than the room is read from its beginning.
  #follow(message) {
    const item = byId(`pesan-${message.id}`);
    if (item.offsetHeight > log.clientHeight) item.scrollIntoView({ block: "start" });
    else this.toEnd();
  }

  #atEnd() {
    return log.scrollHeight - log.scrollTop - log.clientHeight < 90;
  }

  #mine(message) {
    return message.by?.key === this.#where.sebagai;
  }

  // -- speaking ---------------------------------------------------------------------------------------

  #key(event) {
    if (event.isComposing || this.completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !touch.matches) {
      event.preventDefault();
      this.#say();
    }
  }

  #say() {
    const words = area.value;
    if (!words.trim()) return;
    const body = { ...this.#where, tab, key: randomKey(), text: words, answers: this.#answers };
    area.value = "";
    grow(area);
    this.completion.refresh();
    this.#answer(null);
    this.#wait(body);
    this.#deliver(body);
    this.onSaid(words);
  }

  #wait(body) {
    const item = clone("t-message");
    item.classList.add("mine", "waiting");
    item.querySelector("header").remove();
    item.querySelector(".avatar").remove();
    item.querySelector(".body").append(make("p", "", text(body.text)));
    list.append(item);
    this.#waiting.set(body.key, { item, body });
    unsent.add(body);
    this.#state(body.key, say("sending"));
    byId("no-messages").hidden = true;
    this.toEnd();
  }

  #wasLeft(body) {
    if (body.sebagai !== this.#where.sebagai || body.grup !== this.#where.grup) return;
    this.#wait(body);
    this.#state(body.key, say("unsent"), () => this.#deliver(body));
  }

  async #deliver(body) {
    this.#state(body.key, say("sending"));
    const answer = await send("/latihan/ketik", body);
    if (answer.ok) unsent.remove(body.key);
    if (body.sebagai !== this.#where.sebagai || body.grup !== this.#where.grup) return;
    if (answer.ok) return this.#arrived({ sent_as: body.key, by: { key: body.sebagai } });
    const repeat = () => this.#deliver(body);
    if (answer.again && this.#waiting.has(body.key)) this.#state(body.key, say("unsent"), repeat);
    else if (answer.again) notice(answer.says, say("again"), repeat);
    else this.#giveBack(body, answer.says);
  }

  #giveBack(body, says) {
    this.#arrived({ sent_as: body.key, by: { key: body.sebagai } });
    area.value ||= body.text;
    grow(area);
    notice(says);
  }

  #arrived(message) {
    if (!this.#mine(message) || !this.#waiting.has(message.sent_as)) return;
    unsent.remove(message.sent_as);
    this.#waiting.get(message.sent_as).item.remove();
    this.#waiting.delete(message.sent_as);
  }

  #state(key, words, again) {
    const state = this.#waiting.get(key)?.item.querySelector(".state");
    if (!state) return;
    state.hidden = false;
    state.replaceChildren(words, " ");
    if (!again) return;
    const button = make("button", "text", say("again"));
    button.type = "button";
    button.addEventListener("click", again);
    state.append(button);
  }

  #answer(message) {
    this.#answers = message?.id ?? null;
    chip.hidden = !message;
    chip.firstElementChild.textContent = message
      ? say("answering", { siapa: who(message).name, apa: excerpt(message) })
      : "";
    if (message) area.focus();
  }

  async #press(message, token, button) {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    const answer = await send("/latihan/tekan", { ...this.#where, tab, key: randomKey(), on: message.id, token });
    button.disabled = false;
    button.removeAttribute("aria-busy");
    if (!answer.ok) notice(answer.says);
  }

  #form(message) {
    const where = this.#where;
    const fill = (values, photos, key) =>
      send("/latihan/isi", { ...where, tab, key, form: message.id, values, photos });
    const attach = (file) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(where)) form.set(name, value);
      form.set("photo", file);
      return send("/latihan/foto", form);
    };
    openForm(message.id, message.form, fill, attach);
  }

  // -- showing ----------------------------------------------------------------------------------------

  async #older() {
    const [first] = [...this.#messages.keys()].sort((a, b) => a - b);
    const found = await get("/latihan/pesan", { ...this.#where, sebelum: first });
    if (!found) return notice(say("offline"));
    const from = log.scrollHeight - log.scrollTop;
    for (const message of found.messages) this.#place(message);
    byId("older").hidden = found.messages.length < PAGE;
    this.#tidy();
    log.scrollTop = log.scrollHeight - from;
  }

  #place(message) {
    this.#messages.set(message.id, message);
    const item = this.#drawn(message);
    const old = byId(item.id);
    if (old) return old.replaceWith(item);
    const later = [...list.querySelectorAll("li[data-id]")].find((other) => Number(other.dataset.id) > message.id);
    list.insertBefore(item, later ?? list.querySelector(".waiting"));
  }

  #drawn(message) {
    const item = clone("t-message");
    const { name, title, key } = who(message);
    item.id = `pesan-${message.id}`;
    item.dataset.id = message.id;
    item.dataset.at = message.at;
    item.classList.toggle("mine", this.#mine(message));
    item.classList.toggle("ours", !message.by);
    item.classList.toggle("only", message.whisper);
    avatar(item.querySelector(".avatar"), name, key);
    item.querySelector(".who").textContent = name;
    item.querySelector(".title").textContent = title;
    setTime(item.querySelector("time"), message.at);
    item.querySelector(".whisper").hidden = !message.whisper;
    item.querySelector(".reply").addEventListener("click", () => this.#answer(message));
    this.#above(item.querySelector(".above"), message);
    this.#body(item, message);
    return item;
  }

  #body(item, message) {
    const body = item.querySelector(".body");
    body.append(...message.blocks.map((one) => block(one, (token, button) => this.#press(message, token, button))));
    if (message.form) body.append(...this.#invitation(message));
    const pictures = item.querySelector(".pictures");
    pictures.hidden = !message.pictures.length;
    pictures.append(...message.pictures.map(picture));
    body.append(...(message.files ?? []).map(paper));
    foldLong(body, message);
  }

  #invitation(message) {
    const judul = message.form.title;
    if (message.form.done) return [make("p", "muted", text(say("form_done", { judul })))];
    const button = make("button", "primary", say("open_form"));
    button.type = "button";
    button.addEventListener("click", () => this.#form(message));
    return [make("p", "", text(say("form", { judul }))), make("div", "buttons", button)];
  }

  #above(button, message) {
    if (!message.answers) return;
    const above = this.#messages.get(message.answers);
    button.hidden = false;
    button.append(make("b", "", above ? make("bdi", "", who(above).name) : ""), " ", text(above ? excerpt(above) : say("earlier")));
    button.addEventListener("click", () => byId(`pesan-${message.answers}`)?.scrollIntoView({ block: "center" }));
  }

  // Days between the messages, and the room's word when there are none.
  #tidy() {
    list.querySelectorAll(".day").forEach((old) => old.remove());
    let last = "";
    for (const item of list.querySelectorAll("li[data-at]")) {
      const named = day(item.dataset.at);
      if (named !== last) item.before(make("li", "day", make("span", "", named)));
      last = named;
    }
    byId("no-messages").hidden = list.childElementCount > 0;
  }
}
