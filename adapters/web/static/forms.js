// A form in a dialog: opened for one person, kept while it is not sent, cut by nobody.

import { block, clone } from "./draw.js";
import { randomKey, say } from "./net.js";

const dialog = document.getElementById("form");
const [title, intro, fields, wrong, submit] = ["h2", ".intro", ".fields", ".wrong", "footer .primary"].map(
  (which) => dialog.querySelector(which),
);
let current = null;

// What somebody began to write, by message: phones throw away a page that one looks away from.
const kept = {
  name: (id) => `formulir:${id}`,
  get: (id) => JSON.parse(sessionStorage.getItem(kept.name(id)) ?? "{}"),
  set: (id, begun) => sessionStorage.setItem(kept.name(id), JSON.stringify(begun)),
  delete: (id) => sessionStorage.removeItem(kept.name(id)),
};

dialog.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) dialog.close();
});
dialog.addEventListener("close", () => current && kept.set(current.id, values()));
dialog.addEventListener("input", () => current && kept.set(current.id, values()));
dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  await deliver();
});

// Show the form of message `id`; `send` takes its values, its photos' names and a key, `attach` one photo's file.
// Both answer {ok, says}.
export function openForm(id, form, send, attach) {
  if (dialog.open) dialog.close();
  current = { id, form, send, attach, key: randomKey(), sent: new Map() };
  const begun = kept.get(id);
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
  return field.shape === "photos" ? photos(field, index) : line(field, index, begun);
}

function line(field, index, begun) {
  const made = clone("t-field");
  const input = document.createElement(field.shape === "text" ? "textarea" : "input");
  const count = made.querySelector(".count");
  introduce(made, input, field, index);
  input.value = begun ?? field.initial;
  if (field.shape === "text") input.rows = 5;
  input.addEventListener("input", () => measure(input, field, count));
  measure(input, field, count);
  made.querySelector("label").after(input);
  return made;
}

function photos(field, index) {
  const made = clone("t-field");
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept: "image/jpeg,image/png,image/webp", multiple: field.longest > 1 });
  introduce(made, input, field, index);
  const count = made.querySelector(".count");
  count.hidden = true;
  const shown = document.createElement("div");
  shown.className = "chosen";
  input.addEventListener("change", () => {
    for (const image of shown.children) URL.revokeObjectURL(image.src);
    shown.replaceChildren(...[...input.files].map((file) => preview(file)));
    const surplus = input.files.length > field.longest;
    input.setCustomValidity(surplus ? say("photos_many", { paling: field.longest }) : "");
    count.textContent = input.validationMessage;
    count.hidden = !surplus;
    count.classList.toggle("over", surplus);
  });
  made.querySelector("label").after(input, shown);
  return made;
}

function preview(file) {
  const image = document.createElement("img");
  Object.assign(image, { src: URL.createObjectURL(file), alt: file.name });
  return image;
}

function introduce(made, input, field, index) {
  const [label, optional, asked] = [".label", ".optional", ".asked"].map((c) => made.querySelector(c));
  Object.assign(input, { id: `field-${index}`, name: field.name, required: field.required });
  made.querySelector("label").htmlFor = input.id;
  label.textContent = field.label;
  optional.hidden = field.required;
  if (field.hint) {
    Object.assign(asked, { id: `asked-${index}`, textContent: field.hint, hidden: false });
    input.setAttribute("aria-describedby", asked.id);
  }
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
  const written = fields.querySelectorAll("input:not([type=file]), textarea");
  return Object.fromEntries([...written].map((field) => [field.name, field.value]));
}

async function deliver() {
  const { id, send, key } = current;
  submit.disabled = true;
  complain("");
  const photos = await attached();
  const answer = photos.wrong ?? (await send(values(), photos.names, key));
  submit.disabled = false;
  if (answer.ok) closeForm(id);
  else complain(answer.says);
}

// The photos go first, one by one; those that arrived are not sent again.
async function attached() {
  const { attach, sent } = current;
  const files = [...fields.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  for (const file of files) {
    if (sent.has(file)) continue;
    const answer = await attach(file);
    if (!answer.ok) return { wrong: answer };
    sent.set(file, answer.name);
  }
  return { names: files.map((file) => sent.get(file)) };
}

function complain(words) {
  wrong.hidden = !words;
  wrong.textContent = words;
}
