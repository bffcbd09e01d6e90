// The public square: what citizens write, and what agencies answer.

import { avatar, clone, grow, make, notice, setTime, text } from "./draw.js";
import { get, randomKey, say, send } from "./net.js";

const LONGEST = 1000;
const LARGEST_PHOTO = 5_000_000;
const PAGE = 30;
const NAMED = /(?<![\p{L}\p{N}_@])@([\p{L}\p{N}_]{1,80})/gu;
const byId = (id) => document.getElementById(id);
const feed = byId("feed");
const list = byId("posts");
const area = byId("post");
const photo = byId("photo");
const count = (words) => [...words].length;

export class Square {
  #posts = new Map();
  #items = new Map(); // what is drawn already, by post
  #accounts = [];
  #answers = null;
  #key = randomKey();

  constructor({ onUnseen, onPosted }) {
    this.onUnseen = onUnseen;
    this.onPosted = onPosted;
    byId("write").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#write();
    });
    area.addEventListener("input", () => this.#measure());
    byId("summon").addEventListener("change", (event) => this.#summon(event.target));
    byId("under").querySelector("button").addEventListener("click", () => this.#answer(null));
    byId("older-posts").addEventListener("click", () => this.#older());
    photo.addEventListener("change", () => this.#preview());
    byId("preview").querySelector("button").addEventListener("click", () => this.#dropPhoto());
    this.#citizen();
  }

  begin(posts, accounts) {
    this.#accounts = accounts;
    const options = accounts.map(({ handle, name }) => new Option(`${name} (@${handle})`, handle));
    byId("summon").replaceChildren(byId("summon").options[0], ...options);
    byId("summon").disabled = !accounts.length;
    this.#posts = new Map(posts.map((post) => [post.id, post]));
    this.#items.clear();
    byId("older-posts").hidden = posts.filter((post) => !post.answers).length < PAGE;
    this.#draw();
    this.#measure();
  }

  hear(post) {
    if (this.#posts.get(post.id)?.gone || (this.#posts.has(post.id) && !post.gone)) return;
    this.#items.delete(post.id);
    this.#posts.set(post.id, post);
    const top = feed.scrollTop;
    this.#draw();
    if (top > 200) feed.scrollTop = top;
    byId(`kiriman-${post.id}`)?.classList.add("fresh");
    if (post.handle !== byId("handle").value && !post.gone) this.onUnseen();
  }

  // Bring a post before the reader, wherever it is.
  async reveal(id) {
    if (!this.#posts.has(id)) {
      const found = await get("/latihan/alun-alun", { kiriman: id });
      for (const post of found?.posts ?? []) this.#posts.set(post.id, post);
      this.#draw();
    }
    const item = byId(`kiriman-${id}`);
    item?.scrollIntoView({ block: "center" });
    item?.classList.add("fresh");
  }

  // Put an example into the line; {akun} becomes the account of the agency it is for, or of any.
  fill(example, agency) {
    this.#answer(null);
    const fitting = this.#accounts.find(({ name }) => name.toLowerCase().includes(agency)) ?? this.#accounts[0];
    area.value = example.replace("{akun}", fitting ? `@${fitting.handle}` : "").trim();
    this.#measure();
    area.focus();
  }

  // -- writing ----------------------------------------------------------------------------------------

  #citizen() {
    const [name, handle] = (sessionStorage.getItem("warga") ?? random(say("citizens").split("|"))).split("=");
    byId("name").value = name;
    byId("handle").value = handle;
    const names = byId("names");
    byId("rename").addEventListener("click", () => {
      names.hidden = !names.hidden;
      byId("rename").setAttribute("aria-expanded", String(!names.hidden));
      if (!names.hidden) byId("name").focus();
    });
    names.addEventListener("input", () => this.#introduce());
    this.#introduce();
  }

  #introduce() {
    const name = byId("name").value.trim();
    const handle = byId("handle").value.trim().replace(/^@/, "").toLowerCase();
    sessionStorage.setItem("warga", `${name}=${handle}`);
    byId("as-name").textContent = name;
    byId("as-handle").textContent = `@${handle}`;
    avatar(byId("write").querySelector(".avatar"), name || "?", handle);
  }

  #summon(select) {
    const mention = `@${select.value}`;
    select.value = "";
    const before = area.value.slice(0, area.selectionStart).replace(/\s*$/, (space) => space || (area.value ? " " : ""));
    area.value = `${before}${mention} ${area.value.slice(area.selectionEnd).trimStart()}`;
    this.#measure();
    area.focus();
  }

  #measure() {
    grow(area);
    const surplus = count(area.value) - LONGEST;
    byId("post-count").textContent = surplus > 0 ? say("surplus", { n: surplus }) : "";
    byId("post-count").classList.toggle("over", surplus > 0);
    area.setCustomValidity(surplus > 0 ? byId("post-count").textContent : "");
    byId("post-hint").textContent = this.#reach();
  }

  // Who will receive what stands there now.
  #reach() {
    if (!this.#accounts.length) return say("no_accounts");
    if (!area.value.trim()) return "";
    const named = new Set([...area.value.matchAll(NAMED)].map((found) => found[1].toLowerCase()));
    const reached = this.#accounts.filter(({ handle }) => named.has(handle.toLowerCase()));
    if (reached.length) return say("summoned", { siapa: reached.map(({ name }) => name).join(", ") });
    return say(this.#answers ? "under_official" : "not_summoned");
  }

  async #write() {
    const form = new FormData();
    for (const name of ["name", "handle"]) form.set(name, byId(name).value);
    form.set("key", this.#key);
    form.set("text", area.value);
    if (this.#answers) form.set("answers", this.#answers);
    if (photo.files[0]) form.set("photo", photo.files[0]);
    const submit = byId("write").querySelector("[type=submit]");
    submit.disabled = true;
    const answer = await send("/latihan/alun-alun", form);
    submit.disabled = false;
    if (!answer.ok) return notice(answer.says);
    this.#key = randomKey();
    area.value = "";
    this.#dropPhoto();
    this.#answer(null);
    this.#measure();
    this.hear(answer);
    this.onPosted();
  }

  async #delete(post) {
    const answer = await send("/latihan/alun-alun/hapus", { kiriman: post.id, handle: post.handle });
    if (!answer.ok) return notice(answer.says);
    this.hear(answer);
  }

  #preview() {
    const [file] = photo.files;
    if (!file) return this.#dropPhoto();
    if (file.size > LARGEST_PHOTO) {
      this.#dropPhoto();
      return notice(say("photo_large"));
    }
    const image = byId("preview").querySelector("img");
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    byId("preview").hidden = false;
  }

  #dropPhoto() {
    photo.value = "";
    byId("preview").hidden = true;
  }

  #answer(post) {
    this.#answers = post?.id ?? null;
    byId("under").hidden = !post;
    byId("under").firstElementChild.textContent = post ? say("under", { siapa: `${post.name} (@${post.handle})` }) : "";
    if (!post) return;
    this.#measure();
    feed.scrollTop = 0;
    area.focus();
  }

  // -- showing ----------------------------------------------------------------------------------------

  async #older() {
    const before = Math.min(...[...this.#posts.values()].map((post) => post.conversation));
    const found = await get("/latihan/alun-alun", { sebelum: before });
    if (!found) return notice(say("offline"));
    for (const post of found.posts) this.#posts.set(post.id, post);
    byId("older-posts").hidden = found.posts.filter((post) => !post.answers).length < PAGE;
    this.#draw();
  }

  // The conversation in which something happened last stands on top.
  #draw() {
    const conversations = Map.groupBy
      ? Map.groupBy(this.#posts.values(), (post) => post.conversation)
      : grouped(this.#posts.values());
    const last = ([, posts]) => Math.max(...posts.map((post) => post.changed));
    const ordered = [...conversations].sort((a, b) => last(b) - last(a));
    list.replaceChildren(...ordered.map(([, posts]) => this.#conversation(posts)));
    byId("no-posts").hidden = this.#posts.size > 0;
  }

  #conversation(posts) {
    const [first, ...rest] = posts.sort((a, b) => a.id - b.id).map((post) => this.#item(post));
    first.querySelector(".below").replaceChildren(...rest);
    return first;
  }

  #item(post) {
    if (!this.#items.has(post.id)) this.#items.set(post.id, this.#post(post));
    return this.#items.get(post.id);
  }

  #post(post) {
    const item = clone("t-post");
    item.id = `kiriman-${post.id}`;
    item.classList.toggle("agency", post.official);
    avatar(item.querySelector(".avatar"), post.name, post.handle);
    item.querySelector(".who").textContent = post.name;
    item.querySelector(".official").hidden = !post.official;
    item.querySelector(".handle").textContent = `@${post.handle}`;
    setTime(item.querySelector("time"), post.at);
    item.classList.toggle("gone", post.gone);
    item.querySelector(".words").append(...(post.gone ? [text(say("post_gone"))] : this.#words(post.text)));
    item.querySelector(".delete").hidden = post.official || post.gone || post.handle !== byId("handle").value;
    item.querySelector(".delete").addEventListener("click", () => this.#delete(post));
    item.querySelector(".reply").hidden = !post.official || post.gone;
    item.querySelector(".reply").addEventListener("click", () => this.#answer(post));
    const shown = post.photo ? [{ url: post.photo, alt: "" }] : post.pictures;
    const photo = item.querySelector(".photo");
    photo.replaceWith(...shown.map((picture) => this.#photo(photo.cloneNode(true), picture, post)));
    return item;
  }

  #photo(link, { url, alt }, post) {
    link.href = url;
    link.hidden = false;
    Object.assign(link.firstElementChild, { src: url, alt: alt || say("photo_of", { siapa: post.name }) });
    return link;
  }

  #words(words) {
    const known = new Set(this.#accounts.map(({ handle }) => handle.toLowerCase()));
    return words.split(/(@[\p{L}\p{N}_]+)/u).map((piece) =>
      known.has(piece.slice(1).toLowerCase()) && piece[0] === "@" ? make("b", "mention", piece) : text(piece));
  }
}

function grouped(posts) {
  const made = new Map();
  for (const post of posts) made.set(post.conversation, [...(made.get(post.conversation) ?? []), post]);
  return made;
}

function random(list) {
  return list[Math.floor(Math.random() * list.length)];
}
