// A form in a dialog: opened for one person, kept while it is not sent, cut by nobody.

import { block, clone } from "./draw.js";
import { randomKey, say } from "./net.js";

const dialog = document.getElementById("form");
const [title, intro, fields, wrong, submit] = ["h2", ".intro", ".fields", ".wrong", "footer .primary"].map(
  (which) => dialog.querySelector(which),
);
const kept = new Map(); // what somebody began to write, by message
let current = null;

dialog.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) dialog.close();
});
dialog.addEventListener("close", () => current && kept.set(current.id, values()));
dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  await deliver();
});

// Show the form of message `id`; `send` takes its values and a key and answers {ok, says}.
export function openForm(id, form, send) {
  if (dialog.open) dialog.close();
  current = { id, form, send, key: randomKey() };
  const begun = kept.get(id) ?? {};
  title.textContent = form.title;
  submit.textContent = form.submit;
  intro.replaceChildren(...form.intro.map((one) => block(one, () => {})));
  fields.replaceChildren(...form.fields.map((field, index) => control(field, index, begun[field.name])));
  complain("");
  dialog.showModal();
  fields.querySelector("input, textarea")?.focus();
}

export function closeForm(id) {
  kept.delete(id);
  if (dialog.open && current?.id === id) {
    current = null;
    dialog.close();
  }
}

function control(field, index, begun) {
  const made = clone("t-field");
  const input = document.createElement(field.shape === "text" ? "textarea" : "input");
  const [label, optional, asked, count] = [".label", ".optional", ".asked", ".count"].map((c) => made.querySelector(c));
  Object.assign(input, { id: `field-${index}`, name: field.name, required: field.required });
  input.value = begun ?? field.initial;
  if (field.shape === "text") input.rows = 5;
  made.querySelector("label").htmlFor = input.id;
  label.textContent = field.label;
  optional.hidden = field.required;
  if (field.hint) {
    Object.assign(asked, { id: `asked-${index}`, textContent: field.hint, hidden: false });
    input.setAttribute("aria-describedby", asked.id);
  }
  input.addEventListener("input", () => measure(input, field, count));
  measure(input, field, count);
  made.querySelector("label").after(input);
  return made;
}

function measure(input, field, count) {
  const length = [...input.value].length;
  const surplus = length - field.longest;
  count.textContent = surplus > 0 ? say("surplus", { n: surplus }) : say("count", { n: length, paling: field.longest });
  count.hidden = length < field.longest * 0.7;
  count.classList.toggle("over", surplus > 0);
  input.setCustomValidity(surplus > 0 ? count.textContent : "");
}

function values() {
  return Object.fromEntries([...fields.querySelectorAll("input, textarea")].map((f) => [f.name, f.value]));
}

async function deliver() {
  const { id, send, key } = current;
  submit.disabled = true;
  complain("");
  const answer = await send(values(), key);
  submit.disabled = false;
  if (answer.ok) closeForm(id);
  else complain(answer.says);
}

function complain(words) {
  wrong.hidden = !words;
  wrong.textContent = words;
}
