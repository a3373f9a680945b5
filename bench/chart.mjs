// The chart for README and docs: at 32 clients, requests a second and CPU time for each request, as grouped bars. An
// SVG by hand, with a background of its own, so that it reads the same in light and dark.
import { OURS } from './systems.mjs';

const CLIENTS = 32;
const ENDPOINTS = ['dashboard', 'product', 'search', 'create', 'update'];
const SYSTEMS = [OURS, 'go-batch', 'go', 'fastify-pg', 'php-fpm', 'express-prisma'];
const COLOURS = {
  [OURS]: '#0b5fff', 'go-batch': '#4f9a94', go: '#7ab8b2', 'fastify-pg': '#d9a441', 'php-fpm': '#9b8bb4', 'express-prisma': '#c46a5a',
};

const WIDTH = 1000;
const LEFT = 170; // of the bars: the names stand before them
const PANEL = 300;
const GAP = 120; // between the panels, for the figures behind the bars
const BAR = 15;
const STEP = 19;
const TITLE = 30; // above a group
const TOP = 84;
const INK = '#1b1f24';
const PALE = '#5b6570';

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function text(x, y, content, { size = 12, weight = 400, fill = INK, anchor = 'start' } = {}) {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

const figure = (number) => Math.round(number).toLocaleString('en').replaceAll(',', '\u202f');

const PANELS = [
  { title: 'Requests a second', note: 'longer is better; each group has a scale of its own', of: (system) => system.perSecond },
  {
    title: 'Server CPU for each request, µs',
    note: 'application and nginx, without PostgreSQL; shorter is better',
    of: ({ cpu }) => (cpu.application === null || cpu.application === undefined ? null : cpu.application + cpu.nginx),
  },
];

// One group of bars in one panel; each group has its own scale, since endpoints differ by more than systems do.
function bars(point, names, panel, x, y) {
  const values = names.map((name) => panel.of(point.systems[name]));
  const longest = Math.max(...values.filter((value) => value !== null));
  return values.flatMap((value, index) => {
    if (value === null) return [];
    const length = Math.max(1, (value / longest) * PANEL);
    const top = y + index * STEP;
    const ours = names[index] === OURS;
    return [
      `<rect x="${x}" y="${top}" width="${length.toFixed(1)}" height="${BAR}" fill="${COLOURS[names[index]]}"/>`,
      text((x + length + 6).toFixed(1), top + 12, figure(value), { weight: ours ? 700 : 400 }),
    ];
  });
}

function group(results, point, y) {
  const names = SYSTEMS.filter((name) => name in point.systems);
  const labels = names.map((name, index) => text(LEFT - 8, y + TITLE + index * STEP + 12, results.systems[name].label, {
    anchor: 'end', weight: name === OURS ? 700 : 400,
  }));
  const drawn = PANELS.flatMap((panel, index) => bars(point, names, panel, LEFT + index * (PANEL + GAP), y + TITLE));
  const height = TITLE + names.length * STEP + 12;
  return { height, parts: [text(LEFT, y + 20, point.label, { size: 13, weight: 700 }), ...labels, ...drawn] };
}

// null when nothing of what it shows was measured.
export function drawChart(results) {
  const points = ENDPOINTS.map((endpoint) => results.points.find((point) => (
    point.endpoint === endpoint && point.clients === CLIENTS && point.data === results.options.data[0]))).filter(Boolean);
  if (points.length === 0) return null;
  const parts = [text(LEFT, 30, `StockPilot beside its peers, ${CLIENTS} clients`, { size: 18, weight: 700 })];
  PANELS.forEach((panel, index) => {
    const x = LEFT + index * (PANEL + GAP);
    parts.push(text(x, 56, panel.title, { size: 14, weight: 700 }), text(x, 73, panel.note, { size: 11, fill: PALE }));
  });
  let y = TOP;
  for (const point of points) {
    const { height, parts: drawn } = group(results, point, y);
    parts.push(...drawn);
    y += height;
  }
  const shop = results.shops[results.options.data[0]];
  const { machine } = results;
  parts.push(
    text(LEFT, y + 16, `${results.began.slice(0, 10)} · ${machine.cores} cores, with clients and database on the same machine · `
      + `${figure(shop.products)} products, ${figure(shop.sales)} sales`, { size: 11, fill: PALE }),
    text(LEFT, y + 32, 'Everything stands behind nginx with TLS and checks an RS256 token on each request.', { size: 11, fill: PALE }),
  );
  const height = y + 48;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"`
    + ' font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif">\n'
    + `<title>Requests a second and CPU time for each request of StockPilot and its peers, ${CLIENTS} clients</title>\n`
    + `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>\n${parts.join('\n')}\n</svg>\n`;
}
