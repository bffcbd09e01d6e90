// What one message is: who said it, what it begins with, its pictures, and how much of it is shown at once.

import { make, text } from "./draw.js";
import { say } from "./net.js";

const LONG = 1200; // characters; what somebody wrote and is longer is folded

export function who(message) {
  return message.by ?? { key: "", name: say("app"), title: say("app_title") };
}

export function excerpt(message) {
  const spans = message.blocks.flatMap((one) => one.spans ?? one.items?.flat() ?? []);
  const words = spans.map((span) => span.text).join("").replace(/\s+/g, " ").trim();
  return words.length > 80 ? `${words.slice(0, 80)}…` : words || say("picture");
}

export function picture({ url, alt }) {
  const made = make("a", "", Object.assign(new Image(), { src: url, alt: alt || say("picture"), loading: "lazy" }));
  return Object.assign(made, { href: url, target: "_blank", rel: "noopener" });
}

export function paper({ url, name }) {
  const made = make("a", "paper", text(name));
  return Object.assign(made, { href: `${url}?nama=${encodeURIComponent(name)}`, download: name });
}

// Only what somebody wrote is folded; what we say, and its buttons, stands whole.
export function foldLong(body, message) {
  for (const part of body.children) {
    const written = message.by || part.localName === "blockquote";
    if (written && part.textContent.length > LONG) fold(part);
  }
}

function fold(part) {
  const more = make("button", "text more", say("all"));
  more.type = "button";
  part.classList.add("folded");
  part.after(more);
  more.addEventListener("click", () => {
    const folded = part.classList.toggle("folded");
    more.textContent = say(folded ? "all" : "less");
  });
}
