"use strict";
// Without this script the list is simply longer: nothing is hidden that only a search could bring back.
const plain = (text) => text.toLocaleLowerCase("fi").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
const field = document.getElementById("name");
const found = document.getElementById("found");
const items = [...document.querySelectorAll("#municipalities li")];
document.getElementById("search").hidden = false;
field.addEventListener("input", () => {
  const wanted = plain(field.value.trim());
  for (const item of items) item.hidden = !plain(item.textContent).includes(wanted);
  found.textContent = `${items.filter((item) => !item.hidden).length}/${found.dataset.of}`;
});
