/* Tables can be sorted by their headings, and long ones filtered; without a script the page is complete all the same. */
(function () {
  "use strict";
  var words = document.body.dataset;
  function number(text) {
    var plain = text.replace(/[\s\u00a0\u202f]/g, "").replace("\u2212", "-");
    var found = plain.match(/-?[\d.,]+/);
    if (!found) { return null; }
    var german = document.documentElement.lang === "de";
    var clean = german ? found[0].replace(/\./g, "").replace(",", ".") : found[0].replace(/,/g, "");
    var value = parseFloat(clean);
    if (isNaN(value)) { return null; }
    return /Mio|m$/.test(plain) ? value * 1e6 : value;
  }
  function sortable(table) {
    var body = table.tBodies[0];
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, place) {
      var button = document.createElement("button");
      button.type = "button";
      button.title = words.sort;
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () {
        var upward = head.getAttribute("aria-sort") !== "ascending";
        var rows = Array.prototype.slice.call(body.rows);
        rows.sort(function (one, other) {
          var a = one.cells[place].textContent, b = other.cells[place].textContent;
          var x = number(a), y = number(b);
          var order = x !== null && y !== null ? x - y : a.localeCompare(b, document.documentElement.lang);
          return upward ? order : -order;
        });
        rows.forEach(function (row) { body.appendChild(row); });
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (one) { one.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", upward ? "ascending" : "descending");
      });
    });
  }
  function filtered(table) {
    var field = document.createElement("input");
    field.type = "search";
    field.className = "filter";
    field.setAttribute("aria-label", words.filter);
    field.placeholder = words.filter;
    field.addEventListener("input", function () {
      var wanted = field.value.toLocaleLowerCase();
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        row.hidden = row.textContent.toLocaleLowerCase().indexOf(wanted) < 0;
      });
    });
    table.parentNode.insertBefore(field, table);
  }
  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("details"), function (one) { one.open = true; });
  });
  Array.prototype.forEach.call(document.querySelectorAll("table:not(.with-total)"), function (table) {
    if (!table.tHead || table.tBodies[0].rows.length < 3) { return; }
    sortable(table);
    if (table.tBodies[0].rows.length > 12) { filtered(table); }
  });
})();
