"use strict";
document.documentElement.classList.add("js");
(() => {
  const source = document.getElementById("place-model");
  if (!source) return;
  const model = JSON.parse(source.textContent);
  const byId = (id) => document.getElementById(id);
  const mostShown = 2000;

  // ---- Reading what was pasted ---------------------------------------------------
  // Splits text into rows of cells; a quoted cell may hold the separator.
  const split = (text, separator) => {
    const rows = [];
    let row = [], cell = "", quoted = false;
    for (let i = 0; i < text.length; i += 1) {
      const c = text[i];
      if (quoted) {
        if (c === '"' && text[i + 1] === '"') { cell += c; i += 1; }
        else if (c === '"') quoted = false;
        else cell += c;
      } else if (c === '"' && cell.trim() === "") { cell = ""; quoted = true; }
      else if (c === separator) { row.push(cell); cell = ""; }
      else if (c === "\n") { row.push(cell); rows.push(row); row = []; cell = ""; }
      else if (c !== "\r") cell += c;
    }
    row.push(cell);
    rows.push(row);
    return rows.map((cells) => cells.map((value) => value.trim()))
      .filter((cells) => cells.some((value) => value !== ""));
  };

  const separatorOf = (line) => ["\t", ";", ","].find((c) => line.includes(c)) || ",";

  // A number as people write it: 1,234.5 or 1.234,5 or 12%; null where there is none.
  const toNumber = (text) => {
    let found = text.replace(/[\s\u00a0\u202f'\u2019]/g, "").replace(/^[€$£¥]|[€$£¥]$/g, "");
    const percent = found.endsWith("%");
    if (percent) found = found.slice(0, -1);
    found = found.replace(/\u2212/g, "-");
    const comma = found.lastIndexOf(","), point = found.lastIndexOf(".");
    if (comma >= 0 && point >= 0) {
      const grouping = comma > point ? "." : ",";
      found = found.split(grouping).join("").replace(",", ".");
    } else if (comma >= 0) {
      const groups = /^-?\d{1,3}(,\d{3})+$/.test(found) && model.decimal !== ",";
      found = groups ? found.replace(/,/g, "") : found.replace(",", ".");
    } else if (/^-?\d{1,3}(\.\d{3})+$/.test(found) && model.decimal === ",") {
      found = found.replace(/\./g, "");
    }
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(found)) return null;
    const value = Number(found) / (percent ? 100 : 1);
    return Number.isFinite(value) ? value : null;
  };

  const key = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_|_$/g, "");
  const names = new Map();
  for (const { feature } of model.features) {
    names.set(key(model.labels[feature] || feature), feature);
  }
  for (const { feature, events } of model.features) {
    names.set(key(feature), feature);
    if (events !== null) names.set(key(events), events);
  }
  const idNames = new Set(["customer_id", "customer", "id", "name"]);
  const numberOf = new Map(
    Object.entries(model.segments).map(([number, segment]) => [segment.id, Number(number)]));

  const missing = new Set(["", "null", "na", "n/a", "nan", "none", "-", "\u2013"]);
  const isCategory = new Set(
    model.features.filter((f) => f.category !== null).map((f) => f.feature));

  // One customer's values by feature, and what could not be read.
  const readRow = (header, cells) => {
    const values = {}, problems = [];
    header.forEach((feature, i) => {
      const text = cells[i] === undefined ? "" : cells[i];
      if (!feature || missing.has(text.toLowerCase())) return;
      if (isCategory.has(feature)) { values[feature] = text; return; }
      const number = toNumber(text);
      if (number === null) problems.push(`${feature}: “${text}” is not a number`);
      else values[feature] = number;
    });
    return { values, problems };
  };

  // ---- The published model -------------------------------------------------------
  // Pulled to everybody's by the events it rests on; as it is where these are not known.
  const shrunk = (f, values) => {
    const given = values[f.feature];
    const known = given !== undefined, n = known ? values[f.events] : 0;
    if (f.events === null || n === undefined) return known ? given : f.fill;
    const other = model.features.find((one) => one.feature === f.priorOf);
    const prior = f.prior * (other ? shrunk(other, values) : 1) * f.weighing;
    return ((known ? given : 0) * n + prior) / (n + f.weighing);
  };
  const standardise = (values) => model.features.map((f) => {
    const given = values[f.feature];
    let x = f.fill;
    if (f.category === null) x = shrunk(f, values);
    else if (given !== undefined) x = Number(given === f.category);
    if (f.cap !== null) x = Math.min(x, f.cap);
    const scaled = f.offset === null ? x : Math.log(Math.max(f.offset + Math.max(x, 0), 1e-9));
    const clipped = Math.min(Math.max(scaled, f.lower), f.upper);
    return f.weight * (clipped - f.mean) / f.deviation;
  });

  const confidenceOf = (margin) => {
    const knots = model.calibration;
    if (margin === null) return 1;
    if (!knots.length) return null;
    if (margin <= knots[0][0]) return knots[0][1];
    for (let i = 1; i < knots.length; i += 1) {
      const [x1, y1] = knots[i], [x0, y0] = knots[i - 1];
      if (margin <= x1) return x1 === x0 ? y1 : y0 + (y1 - y0) * (margin - x0) / (x1 - x0);
    }
    return knots[knots.length - 1][1];
  };

  // The nearest segment; ties go to the prototype that comes first. What a customer was
  // like before, which the warehouse remembers, is not known here.
  const place = (values) => {
    const z = standardise(values);
    const scores = model.prototypes.map(
      (p) => p.weights.reduce((sum, weight, i) => sum + weight * z[i], 0) + p.offset);
    const best = (allowed) => scores.reduce((found, score, i) =>
      allowed(model.prototypes[i].segment) && (found < 0 || score > scores[found]) ? i : found, -1);
    const first = best(() => true), segment = model.prototypes[first].segment;
    const second = best((other) => other !== segment);
    const margin = second < 0 ? null : scores[first] - scores[second];
    return {
      segment, margin, confidence: confidenceOf(margin),
      next: second < 0 ? null : model.prototypes[second].segment,
    };
  };

  // ---- Showing it ----------------------------------------------------------------
  const fixed = (value, digits) => value === null ? "\u2013"
    : value.toFixed(digits).replace(".", model.decimal);
  const element = (tag, text, css) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (css) made.className = css;
    return made;
  };
  const segmentCell = (number) => {
    const cell = element("td", undefined, "words");
    const segment = model.segments[number];
    if (!segment) { cell.textContent = "\u2013"; return cell; }
    const name = element("span", undefined, "nm");
    const badge = element("span", segment.letter, `badge ${segment.css}`);
    badge.setAttribute("aria-hidden", "true");
    name.append(badge, element("span", segment.name));
    cell.append(name);
    return cell;
  };
  const show = (placed, problems) => {
    const body = byId("place-result").tBodies[0];
    body.replaceChildren(...placed.slice(0, mostShown).map(({ id, result }) => {
      const row = element("tr");
      const head = element("th", id);
      head.scope = "row";
      row.append(head, segmentCell(result.segment), segmentCell(result.next),
        element("td", fixed(result.margin, 2)),
        element("td", result.confidence === null ? "\u2013" : `${fixed(result.confidence * 100, 0)}%`));
      return row;
    }));
    byId("place-scroll").hidden = !placed.length;
    const list = problems.slice(0, 20).map((text) => element("li", text));
    if (problems.length > 20) list.push(element("li", `and ${problems.length - 20} more`));
    byId("place-problems").replaceChildren(...list);
    const counted = new Map();
    for (const { result } of placed) {
      counted.set(result.segment, (counted.get(result.segment) || 0) + 1);
    }
    const words = [...counted].sort((a, b) => a[0] - b[0])
      .map(([number, count]) => `${model.segments[number] ? model.segments[number].name : "?"} ${count}`);
    const people = placed.length === 1 ? "customer" : "customers";
    byId("place-status").textContent = `${placed.length} ${people} placed`
      + (words.length ? `: ${words.join(", ")}.` : ".")
      + (placed.length > mostShown ? ` The first ${mostShown} are listed.` : "")
      + (problems.length ? " See the notes below." : "");
  };

  const typed = () => {
    const header = [], cells = [];
    for (const field of document.querySelectorAll("[data-feature]")) {
      if (field.value.trim() !== "") {
        header.push(field.dataset.feature);
        cells.push(field.value.trim());
      }
    }
    return { header, cells };
  };

  const placeAll = () => {
    const placed = [], problems = [];
    const add = (id, { values, problems: wrong }, before) => {
      if (wrong.length) problems.push(`${id}: ${wrong.join("; ")}`);
      else placed.push({ id, result: place(values, numberOf.get(before)) });
    };
    const text = byId("place-rows").value.replace(/^\ufeff/, "");
    const firstLine = text.split("\n").find((line) => line.trim() !== "") || "";
    const rows = split(text, separatorOf(firstLine));
    const one = typed();
    if (one.cells.length) add("typed values", readRow(one.header, one.cells));
    if (rows.length) {
      const header = rows[0].map((cell) => names.get(key(cell)) || null);
      const idAt = rows[0].findIndex((cell) => idNames.has(key(cell)));
      const beforeAt = rows[0].findIndex((cell) => key(cell) === "previous_segment_id");
      if (!header.some((feature) => feature !== null)) {
        problems.push(`The first row names no column that the model knows. It knows: ${
          [...new Set(model.features.map((f) => f.feature))].join(", ")}.`);
      } else {
        rows.slice(1).forEach((cells, i) => {
          const id = idAt >= 0 && cells[idAt] ? cells[idAt] : `row ${i + 1}`;
          add(id, readRow(header, cells), cells[beforeAt]);
        });
        if (rows.length === 1) problems.push("There are no rows below the column names.");
      }
    } else if (!one.cells.length) problems.push("There is nothing to place.");
    show(placed, problems);
  };
  byId("place-form").addEventListener("submit", (event) => {
    event.preventDefault();
    placeAll();
  });
  placeAll();
})();
