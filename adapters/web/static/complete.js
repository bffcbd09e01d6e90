// Offering commands while somebody types a slash.

import { make } from "./draw.js";

const same = (name) => name.toLowerCase().replace(/[_\u2010-\u2015\u2212]/g, "-");

export class Completion {
  #menu = [];
  #shown = [];
  #at = 0;

  constructor(area, list, usage) {
    this.area = area;
    this.list = list;
    this.usage = usage;
    area.addEventListener("input", () => this.refresh());
    area.addEventListener("blur", () => this.hide());
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the text keeps the focus
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#take(Number(option.dataset.index));
    });
  }

  set menu(entries) {
    this.#menu = entries;
  }

  // Whether this key was for the list.
  key(event) {
    if (this.list.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#mark((this.#at + step + this.#shown.length) % this.#shown.length);
    else if (event.key === "Tab" || event.key === "Enter") this.#take(this.#at);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    return true;
  }

  refresh() {
    const typed = /^\s*\/(\S*)$/.exec(this.area.value);
    const start = typed ? same(typed[1]) : "";
    this.#shown = typed ? this.#menu.filter((entry) => same(entry.name).startsWith(start)) : [];
    if (this.#shown.length === 1 && same(this.#shown[0].name) === start) this.#shown = [];
    this.#explain();
    if (!this.#shown.length) return this.hide();
    this.list.replaceChildren(...this.#shown.map((entry, index) => this.#option(entry, index)));
    this.list.hidden = false;
    this.#mark(0);
  }

  hide() {
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }

  #option(entry, index) {
    const made = make("li", "", make("b", "", `/${entry.name}`), " ", make("span", "muted", entry.summary));
    made.id = `command-${index}`;
    made.dataset.index = index;
    made.setAttribute("role", "option");
    return made;
  }

  #mark(index) {
    this.#at = index;
    [...this.list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === index)));
    this.list.children[index].scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", `command-${index}`);
  }

  #take(index) {
    const { name } = this.#shown[index];
    this.area.value = `/${name} `;
    this.hide();
    this.#explain();
    this.area.focus();
  }

  #explain() {
    const typed = /^\s*\/(\S+)/.exec(this.area.value);
    const entry = typed && this.#menu.find((one) => same(one.name) === same(typed[1]));
    this.usage.hidden = !entry?.usage;
    this.usage.textContent = entry ? `/${entry.name} ${entry.usage}` : "";
  }
}
