// The page of `vc7 prof --html`: draws what is in the element `data`. No library, no network.
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const byId = id => document.getElementById(id);

// --- small helpers

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const chip = colour => element('span', {class: 'chip', style: `background:${colour}`});
const thousands = n => Math.round(n).toLocaleString('en-US');
const grouped = text => text.replace(/^\d+(?![\d.])/, n => thousands(Number(n)));
// Text with `names`.
const words = text => text.split('`').map((part, n) => n % 2 ? element('code', {}, part) : part);
const percent = (part, all) => all ? 100 * part / all : 0;
const short = p => p >= 9.95 ? p.toFixed(0) : p.toFixed(1);

function row(...cells) {
  return element('tr', {}, ...cells.map(cell => cell instanceof Node && cell.tagName === 'TD' ? cell
    : element('td', {}, cell)));
}
const number = (text, ...more) => element('td', {class: 'number'}, text, ...more);
const head = (...names) => element('tr', {}, ...names.map(([name, right]) =>
  element('th', right ? {class: 'number'} : {}, name)));

// --- heading

byId('title').textContent = data.job.endsWith('.json') ? data.job.split('/').pop() : data.job;
byId('origin').append(element('b', {}, data.times), ` V3D ${data.chip}, ${data.qpus} QPUs at ` +
  `${data.parameters.clock_mhz} MHz. ${data.explanation}`);
document.title = `vc7 prof: ${data.job} (${data.times})`;
byId('title').title = data.job;
for (const [value, text] of data.figures)
  byId('figures').append(element('div', {}, element('strong', {}, grouped(value)), element('span', {}, text)));
for (const text of data.findings) byId('findings').append(element('li', {}, ...words(text)));

// --- where the cycles go; colours that people with any colour vision can tell apart

const colours = {
  both: '#0072b2', add: '#3f97cc', mul: '#7fbbe0', neither: '#b9d7e8', issue: '#0072b2',
  special_unit: '#d55e00', special_result: '#f0a35e', tmu_result: '#e69f00', tmu_switch: '#f0e442',
  tmu_write: '#cc79a7', tmu_full: '#8f4f74', uniform: '#009e73', instruction: '#5cc9a7',
  barrier: '#7a5195', branch: '#6b6b6b', idle: '#c9c9cd'};
const all = data.modelled_cycles * data.qpus;
for (const slot of data.slot_rows) {
  const share = percent(slot.cycles, all);
  if (slot.cycles === 0) continue;
  byId('slots-bar').append(element('div', {style: `flex:${slot.cycles} 0 0;background:${colours[slot.id]}`,
    title: `${slot.name}: ${share.toFixed(1)} %`}));
  const cells = row(number(`${share.toFixed(1)} %`), element('td', {class: 'name'}, chip(colours[slot.id]), slot.name), slot.text);
  cells.dataset.share = share;
  byId('slots').append(cells);
}
byId('slots-bar').setAttribute('aria-label', 'Shares of all cycles of the QPUs, as in the table below');

// --- roofline: flop per byte and Gflop/s, both axes logarithmic

function svg(tag, attributes, text) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

function roofline() {
  byId('roofline').replaceChildren();
  const {peak_gflops: peak, memory_gbytes: memory, gflops, gbytes} = data.roofline;
  if (!gflops || !gbytes) {
    byId('roofline').append(element('p', {class: 'note'}, gflops ? 'The job moves nothing to or from memory.'
      : 'The job does no floating-point arithmetic. Memory: ' + `${gbytes.toFixed(2)} of ${memory.toFixed(1)} GB/s.`));
    return;
  }
  const width = Math.min(byId('roofline').clientWidth, 720), height = 340, left = 56, right = 16, top = 16, bottom = 44;
  const intensity = gflops / gbytes, ridge = peak / memory;
  const x0 = Math.floor(Math.log10(Math.min(ridge, intensity) / 4)), x1 = Math.ceil(Math.log10(Math.max(ridge, intensity) * 4));
  const y0 = Math.floor(Math.log10(Math.min(gflops, memory * 10 ** x0) / 1.5)), y1 = Math.ceil(Math.log10(peak * 1.1));
  const x = v => left + (Math.log10(v) - x0) / (x1 - x0) * (width - left - right);
  const y = v => height - bottom - (Math.log10(v) - y0) / (y1 - y0) * (height - top - bottom);
  const picture = svg('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': `Roofline: ${gflops.toFixed(2)} Gflop/s at ${intensity.toFixed(2)} flop per byte`});
  for (let e = x0; e <= x1; ++e) {
    picture.append(svg('line', {class: 'grid', x1: x(10 ** e), x2: x(10 ** e), y1: top, y2: height - bottom}));
    picture.append(svg('text', {class: 'soft', x: x(10 ** e), y: height - bottom + 16, 'text-anchor': 'middle'}, String(+(10 ** e).toPrecision(1))));
  }
  for (let e = y0; e <= y1; ++e) {
    picture.append(svg('line', {class: 'grid', x1: left, x2: width - right, y1: y(10 ** e), y2: y(10 ** e)}));
    picture.append(svg('text', {class: 'soft', x: left - 6, y: y(10 ** e) + 4, 'text-anchor': 'end'}, String(+(10 ** e).toPrecision(1))));
  }
  picture.append(svg('text', {class: 'soft', x: (left + width - right) / 2, y: height - 8, 'text-anchor': 'middle'},
    'flop per byte of memory traffic'));
  picture.append(svg('text', {class: 'soft', x: 14, y: (top + height - bottom) / 2, 'text-anchor': 'middle',
    transform: `rotate(-90 14 ${(top + height - bottom) / 2})`}, 'Gflop/s'));
  picture.append(svg('polyline', {class: 'roof', points: [[10 ** x0, memory * 10 ** x0], [ridge, peak], [10 ** x1, peak]]
    .map(([a, b]) => `${x(a)},${Math.min(y(b), height - bottom)}`).join(' ')}));
  picture.append(svg('text', {x: width - right - 4, y: y(peak) - 6, 'text-anchor': 'end'}, `${peak.toFixed(1)} Gflop/s: all ALUs, every cycle`));
  const slope = Math.atan2(y(memory * ridge / 10) - y(memory * ridge), x(ridge) - x(ridge / 10)) * 180 / Math.PI;
  const at = 10 ** ((x0 + Math.log10(ridge)) / 2);
  picture.append(svg('text', {x: x(at), y: y(memory * at) - 8, 'text-anchor': 'middle',
    transform: `rotate(${-slope} ${x(at)} ${y(memory * at) - 8})`}, `memory, ${memory.toFixed(1)} GB/s`));
  const roof = Math.min(peak, memory * intensity);
  picture.append(svg('line', {x1: x(intensity), x2: x(intensity), y1: y(gflops), y2: y(roof), stroke: colours.special_unit, 'stroke-dasharray': '4 3'}));
  picture.append(svg('circle', {id: 'roofline-point', cx: x(intensity), cy: y(gflops), r: 6, fill: colours.special_unit}));
  const end = x(intensity) > width * 0.5;
  const lines = [`this job: ${gflops.toFixed(2)} Gflop/s`,
    `${short(percent(gflops, roof))} % of the roof at ${intensity.toPrecision(3)} flop/byte`];
  byId('roofline').append(picture);
  if (width < 560) {  // no room beside the point
    byId('roofline').append(element('p', {class: 'note'}, chip(colours.special_unit), lines.join(', ')));
    return;
  }
  lines.forEach((text, line) => picture.append(svg('text', {x: x(intensity) + (end ? -12 : 12), y: y(gflops) + 18 + 16 * line,
    'text-anchor': end ? 'end' : 'start'}, text)));
}
roofline();
window.addEventListener('resize', roofline);

// --- timeline

const timeline = data.timeline;
const kinds = timeline.kinds;  // identifiers, as in colours; the first is issue
const canvas = byId('timeline');
const total = data.modelled_cycles;
let from = 0, to = total;

// Spans of each QPU with their starts; exact until `exact`.
const spans = timeline.spans.map(list => {
  let now = 0;
  return list.map(([kind, thread, cycles]) => {
    const span = {kind, thread, start: now, end: now + cycles};
    now += cycles;
    return span;
  });
});
const exact = Math.min(...spans.map(list => list.length ? list[list.length - 1].end : 0));

const rowHeight = 26, rowGap = 6, labelWidth = 52, axisHeight = 22;
const rowTop = qpu => qpu * (rowHeight + rowGap);

function firstBehind(list, cycle) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].end <= cycle) low = middle + 1; else high = middle;
  }
  return low;
}

function drawExact(context, qpu, x) {
  const list = spans[qpu];
  for (let n = firstBehind(list, from); n < list.length && list[n].start < to; ++n) {
    const {kind, thread, start, end} = list[n];
    const left = x(Math.max(start, from)), right = x(Math.min(end, to));
    context.fillStyle = colours[kinds[kind]];
    // Threads lie below one another.
    const lanes = data.threads_per_qpu;
    if (thread < lanes && kind === 0)
      context.fillRect(left, rowTop(qpu) + thread * rowHeight / lanes, Math.max(right - left, 0.6), rowHeight / lanes - 1);
    else
      context.fillRect(left, rowTop(qpu) + rowHeight * 0.2, Math.max(right - left, 0.6), rowHeight * 0.6);
  }
}

function drawBuckets(context, qpu, x) {
  const width = timeline.bucket_cycles, buckets = timeline.buckets[qpu];
  for (let n = Math.floor(from / width); n < buckets.length && n * width < to; ++n) {
    const left = x(Math.max(n * width, from)), right = x(Math.min((n + 1) * width, to));
    const sum = buckets[n].reduce((a, b) => a + b, 0);
    let bottom = rowTop(qpu) + rowHeight;
    buckets[n].forEach((cycles, kind) => {
      if (!cycles) return;
      const height = rowHeight * cycles / sum;
      context.fillStyle = colours[kinds[kind]];
      context.fillRect(left, bottom - height, right - left + 0.4, height);
      bottom -= height;
    });
  }
}

function axis(context, width, x, bottom) {
  const step = [1, 2, 5].flatMap(m => Array.from({length: 12}, (_, e) => m * 10 ** e)).sort((a, b) => a - b)
    .find(s => (to - from) / s <= width / 110) || to - from;
  context.fillStyle = getComputedStyle(document.body).getPropertyValue('--soft');
  context.textAlign = 'center';
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    context.fillRect(x(at), bottom, 1, 4);
    if (x(at) < width - 30) context.fillText(thousands(at), Math.max(x(at), labelWidth + 8), bottom + 16);
  }
  context.textAlign = 'right';
}

function draw() {
  const width = canvas.clientWidth, height = rowTop(data.qpus) + axisHeight, scale = window.devicePixelRatio || 1;
  canvas.style.height = height + 'px';
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  context.clearRect(0, 0, width, height);
  context.font = '12px system-ui, "DejaVu Sans", sans-serif';
  const x = cycle => labelWidth + (cycle - from) / (to - from) * (width - labelWidth);
  const fine = to <= exact;
  context.textAlign = 'right';
  for (let qpu = 0; qpu < data.qpus; ++qpu) {
    context.fillStyle = getComputedStyle(document.body).getPropertyValue('--soft');
    context.fillText('QPU ' + qpu, labelWidth - 6, rowTop(qpu) + rowHeight / 2 + 4);
    if (fine) drawExact(context, qpu, x); else drawBuckets(context, qpu, x);
  }
  axis(context, width, x, rowTop(data.qpus));
  byId('window').textContent = `cycles ${thousands(from)} to ${thousands(to)} of ${thousands(total)}` +
    (fine ? ', exact' : `, shares of ${thousands(timeline.bucket_cycles)} cycles each`);
}

function show(start, end) {
  const span = Math.min(Math.max(end - start, 32), total);
  from = Math.min(Math.max(start, 0), total - span);
  to = from + span;
  draw();
}
function zoom(factor, centre = (from + to) / 2) {
  show(centre - (centre - from) * factor, centre + (to - centre) * factor);
}
const pan = share => show(from + share * (to - from), to + share * (to - from));
const cycleAt = clientX => {
  const box = canvas.getBoundingClientRect();
  return from + (clientX - box.left - labelWidth) / (box.width - labelWidth) * (to - from);
};

function describe(event) {
  const box = canvas.getBoundingClientRect();
  const qpu = Math.floor((event.clientY - box.top) / (rowHeight + rowGap)), cycle = cycleAt(event.clientX);
  if (qpu < 0 || qpu >= data.qpus || cycle < from || cycle >= to) return '';
  const names = timeline.names;
  if (to <= exact) {
    const span = spans[qpu][firstBehind(spans[qpu], cycle)];
    if (!span) return '';
    return `QPU ${qpu}${span.thread < data.threads_per_qpu ? ', thread ' + span.thread : ''}: ${names[span.kind]}, ` +
      `cycles ${thousands(span.start)} to ${thousands(span.end)}`;
  }
  const bucket = timeline.buckets[qpu][Math.floor(cycle / timeline.bucket_cycles)];
  if (!bucket) return '';
  const sum = bucket.reduce((a, b) => a + b, 0);
  return `QPU ${qpu}, cycle ${thousands(cycle)}: ` + bucket.map((cycles, kind) => [cycles, kind]).filter(([cycles]) => cycles)
    .sort((a, b) => b[0] - a[0]).map(([cycles, kind]) => `${names[kind]} ${short(percent(cycles, sum))} %`).join(', ');
}

byId('zoom-in').onclick = () => zoom(0.5);
byId('zoom-out').onclick = () => zoom(2);
byId('left').onclick = () => pan(-0.5);
byId('right').onclick = () => pan(0.5);
byId('whole').onclick = () => show(0, total);
byId('start').onclick = () => show(0, Math.min(exact, 2000));
canvas.addEventListener('wheel', event => {
  if (!event.ctrlKey && !event.shiftKey && document.activeElement !== canvas) return;  // the page scrolls
  event.preventDefault();
  zoom(event.deltaY > 0 ? 1.25 : 0.8, cycleAt(event.clientX));
}, {passive: false});
canvas.addEventListener('keydown', event => {
  const action = {'+': () => zoom(0.5), '=': () => zoom(0.5), '-': () => zoom(2), ArrowLeft: () => pan(-0.25),
    ArrowRight: () => pan(0.25), Home: () => show(0, to - from), End: () => show(total - (to - from), total),
    '0': () => show(0, total)}[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
// One pointer drags, two pinch.
const pointers = new Map();
canvas.addEventListener('pointerdown', event => {
  pointers.set(event.pointerId, event.clientX);
  canvas.setPointerCapture(event.pointerId);
  byId('under').textContent = describe(event);
});
canvas.addEventListener('pointermove', event => {
  byId('under').textContent = describe(event);
  if (!pointers.has(event.pointerId)) return;
  const before = [...pointers.values()];
  pointers.set(event.pointerId, event.clientX);
  const after = [...pointers.values()];
  if (after.length === 1) {
    const moved = cycleAt(before[0]) - cycleAt(after[0]);
    show(from + moved, to + moved);
  } else if (after.length === 2) {
    const was = Math.abs(before[0] - before[1]), is = Math.abs(after[0] - after[1]);
    if (was > 8 && is > 8) zoom(was / is, cycleAt((after[0] + after[1]) / 2));
  }
});
for (const name of ['pointerup', 'pointercancel'])
  canvas.addEventListener(name, event => pointers.delete(event.pointerId));
window.addEventListener('resize', draw);
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
kinds.forEach((kind, n) => {
  if (timeline.buckets.some(list => list.some(bucket => bucket[n])))
    byId('legend').append(element('span', {}, chip(colours[kind]), timeline.names[n]));
});
draw();

// --- instructions

const stallText = stalls => Object.entries(stalls).sort((a, b) => b[1] - a[1])
  .map(([id, cycles]) => [timeline.names[kinds.indexOf(id)], cycles]);
const instructionId = i => 'i' + i.address.toString(16);
const most = Math.max(...data.per_instruction.map(i => i.cycles), 1);

byId('hottest').append(head(['share', true], ['executed', true], ['waits for'], ['where'], ['instruction']));
for (const line of data.hottest_lines)
  byId('hottest').append(row(number(`${percent(line.cycles, all).toFixed(1)} %`), number(thousands(line.executed)),
    element('td', {class: 'name'}, line.main_stall ? timeline.names[kinds.indexOf(line.main_stall)] : ''),
    element('td', {}, element('a', {href: '#' + instructionId(line)}, line.place)),
    element('td', {class: 'code'}, line.text + (line.instructions > 1 ? `, and ${line.instructions - 1} more` : ''))));

byId('program').append(head(['executed', true], ['cycles each', true], ['share', true], ['instruction'], ['waits for'], ['where']));
for (const i of data.per_instruction) {
  const heat = i.cycles / most;
  const line = row(number(thousands(i.executed)), number((i.cycles / i.executed).toFixed(1)),
    number(`${percent(i.cycles, all).toFixed(1)} %`), element('td', {class: 'code'}, i.text),
    stallText(i.stalls).map(([name, cycles]) => `${name} ${(cycles / i.executed).toFixed(1)}`).join(', '), i.place);
  line.id = instructionId(i);
  line.children[2].style.background = `linear-gradient(to left, rgba(var(--heat), .45) ${100 * heat}%, transparent ${100 * heat}%)`;
  byId('program').append(line);
}

// --- tables

for (const [name, value] of data.memory_rows) byId('memory').append(row(name, number(grouped(value))));
for (const [name, value] of Object.entries(data.parameters)) byId('parameters').append(row(name, number(String(value))));
