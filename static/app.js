"use strict";
// Small helps; every duty works without them. Loaded with `defer`, so the page is already there.

// A double tap sends once. The hold ends by itself: a form that downloads a file never leaves its page.
const HOLD_MS = 4000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(release, HOLD_MS, form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}

// Lists to tick: "select all", and the live count in the save bar of the same form.
// With data-except a tick takes the line out, so what is left is counted.
document.querySelectorAll("[data-ticks]").forEach((group) => {
  const boxes = [...group.querySelectorAll("input[type=checkbox][name]:not(:disabled)")];
  const all = group.querySelector("[data-tick-all]");
  const count = (group.closest("form") ?? group).querySelector("[data-tick-count]");
  const except = "except" in group.dataset;
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    if (count) {
      const text = count.dataset.tickCount || (except ? "Ghi nhận {n}/{N}" : "Đã chọn {n}/{N}");
      const shown = except ? boxes.length - ticked : ticked;
      count.textContent = text.replace("{n}", shown.toLocaleString("vi")).replace("{N}", boxes.length.toLocaleString("vi"));
    }
  };
  if (all && boxes.length) {
    (all.closest("[hidden]") ?? all).hidden = false;
    all.addEventListener("change", () => {
      boxes.forEach((box) => { box.checked = all.checked; });
      show();
    });
  }
  group.addEventListener("change", show);
  show();
});

// A date box shows the browser's own order of day and month, so the day is also written out.
const WEEKDAYS = ["Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];
document.querySelectorAll("form:not(.filters) input[type=date]").forEach((input) => {
  const words = document.createElement("output");
  words.className = "date-words";
  if (input.id) words.htmlFor = input.id;
  const write = () => {
    const [year, month, day] = input.value.split("-");
    const weekday = year && WEEKDAYS[new Date(year, month - 1, day).getDay()];
    words.textContent = weekday ? `${weekday}, ${day}/${month}/${year}` : "";
  };
  input.after(words);
  input.addEventListener("input", write);
  write();
});

// A part of a page comes by itself, in place; without a script the same address is the whole page.
async function part(address, signal) {
  const answer = await fetch(new URL(address, location.origin), { headers: { "X-Part": "1" }, signal });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Opening a level of the tree, or turning its pages: data-part names the element that comes anew.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-part]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const id = link.dataset.part;
  try {
    const fresh = (await part(link.href)).getElementById(id);
    document.getElementById(id).replaceWith(fresh);
    history.replaceState(null, "", link.href);
    (fresh.querySelector(`a[data-part="${id}"]`) ?? fresh.querySelector("a")).focus({ preventScroll: true });
  } catch { location.assign(link.href); }
});

// A search answers as one types, from two letters on; Enter and the button do the same by hand.
const TYPING_MS = 250;
document.querySelectorAll("form[data-live]").forEach((form) => {
  const box = form.querySelector("input[type=search]");
  const list = document.getElementById(form.dataset.live);
  const said = document.querySelector("[data-live-said]");
  let timer, asking;
  const ask = async () => {
    const words = box.value.trim();
    if (words.length === 1) return;
    const address = location.pathname + (words && `?${new URLSearchParams({ [box.name]: words })}`);
    asking = new AbortController();
    list.setAttribute("aria-busy", "true");
    try {
      const fresh = await part(address, asking.signal);
      list.replaceChildren(...fresh.body.childNodes);
      history.replaceState(null, "", address);
      said.textContent = list.querySelector("[data-said]")?.textContent ?? "";
    } catch { /* another letter was typed, or the button is there */ } finally { list.removeAttribute("aria-busy"); }
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    asking?.abort();
    timer = setTimeout(ask, TYPING_MS);
  });
});

// While something is on its way the page looks again by itself; the link beside it does the same by hand.
const reload = document.querySelector("[data-reload]");
if (reload) setTimeout(() => location.reload(), Number(reload.dataset.reload) * 1000);
