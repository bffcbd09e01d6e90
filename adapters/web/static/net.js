// How this tab speaks with the training room: requests one way, one live stream the other.

export const tab = randomKey();

export function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
}

const said = new Map();
for (const word of document.getElementById("words").content.children) {
  said.set(word.dataset.word, word.textContent);
}

// A phrase from the page's templates, with its blanks filled in.
export function say(name, blanks = {}) {
  return said.get(name).replace(/\{(\w+)\}/g, (_, blank) => blanks[blank] ?? "");
}

// Send JSON or a form. Answers {ok, again, says, ...}: `again` when the same request may be repeated.
export async function send(path, body) {
  const form = body instanceof FormData;
  const headers = { "X-Tanggap": "1", ...(form ? {} : { "Content-Type": "application/json" }) };
  try {
    const answer = await fetch(path, { method: "POST", headers, body: form ? body : JSON.stringify(body) });
    return { ok: answer.ok, again: answer.status >= 500, ...(await answer.json()) };
  } catch {
    return { ok: false, again: true, says: say("offline") };
  }
}

export async function get(path, asked) {
  try {
    const answer = await fetch(`${path}?${new URLSearchParams(asked)}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

const KINDS = ["keadaan", "pesan", "lain", "kiriman", "detak"];
const SILENCE = 40_000; // the room shows a sign of life every 15 seconds
const RETRY = 1_500;

// The live stream. It is closed while the tab is hidden: a browser allows six connections to one host in all.
export class Line {
  #source = null;
  #timer = 0;
  #where = null;
  #last = "";

  constructor(hear, tell) {
    this.hear = hear;
    this.tell = tell;
    document.addEventListener("visibilitychange", () => this.#connect());
    window.addEventListener("pagehide", () => this.#close());
    window.addEventListener("pageshow", (event) => event.persisted && this.#connect());
  }

  // Listen as this person in this room, from how things stand now.
  open(where) {
    this.#where = where;
    this.#last = "";
    this.#connect();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #connect() {
    this.#close();
    if (document.visibilityState === "hidden" || !this.#where) return;
    const asked = new URLSearchParams({ ...this.#where, tab });
    if (this.#last) asked.set("sejak", this.#last);
    const source = (this.#source = new EventSource(`/latihan/kabar?${asked}`));
    this.#expect(SILENCE);
    source.onopen = () => this.tell(true);
    source.onerror = () => {
      this.tell(false);
      this.#source = (source.close(), null);
      this.#expect(RETRY);
    };
    for (const kind of KINDS) source.addEventListener(kind, (event) => this.#heard(source, kind, event));
  }

  #heard(source, kind, event) {
    if (source !== this.#source) return;
    this.#expect(SILENCE);
    if (event.lastEventId) this.#last = event.lastEventId;
    if (kind !== "detak") this.hear(kind, JSON.parse(event.data));
  }

  #expect(within) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), within);
  }
}
