// The nginx in front of a peer: our own rendered configuration with another upstream, so that TLS, limits, headers, logs
// and buffers are the same to the letter. Fails when ours does not look as expected any more.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function replaced(text, pattern, by, what) {
  const result = text.replace(pattern, by);
  if (result === text) throw new Error(`bench/nginx_site.mjs: there is no ${what} in nginx's configuration any more`);
  return result;
}

// fastcgi_buffering and its like have sisters of the same meaning.
const SISTERS = /\bfastcgi_(request_buffering|buffering|buffer_size|buffers|busy_buffers_size|max_temp_file_size|next_upstream|intercept_errors|connect_timeout|send_timeout|read_timeout|hide_header)\b/g;

function proxied(text) {
  const headers = ['proxy_http_version 1.1;', 'proxy_set_header Connection "";', 'proxy_set_header Host $host;',
    'proxy_set_header X-Request-Id $request_id;', 'proxy_set_header X-Forwarded-For $remote_addr;'];
  let site = replaced(text, /include "[^"]*fastcgi_params[.]stockpilot";/, headers.join('\n        '), 'list of parameters');
  site = replaced(site, 'fastcgi_pass stockpilot_api;', 'proxy_pass http://stockpilot_api;', 'fastcgi_pass');
  site = replaced(site, 'fastcgi_keep_conn on;', '', 'fastcgi_keep_conn');
  site = replaced(site, SISTERS, 'proxy_$1', 'fastcgi_ settings');
  if (/\bfastcgi_(?!temp_path)/.test(site)) throw new Error('bench/nginx_site.mjs: a setting of FastCGI has no sister');
  return site;
}

// A child of FPM serves one connection at a time: it must not be kept by a client that does nothing.
function withoutKeptConnections(text, script) {
  const inUpstream = /(upstream stockpilot_api \{\n[\s\S]*?\n)(?: {4}keepalive[^\n]*\n)+\}/;
  let site = replaced(text, inUpstream, '$1}', 'keepalive');
  site = replaced(site, 'fastcgi_keep_conn on;', 'fastcgi_keep_conn off;', 'fastcgi_keep_conn');
  return replaced(site, 'fastcgi_pass ', `fastcgi_param SCRIPT_FILENAME "${script}";\n        fastcgi_pass `, 'fastcgi_pass');
}

// nginx takes no word of more than 4 kB: a larger body is put together from a variable.
function answering(text, bytes) {
  const block = 1000;
  const body = '${bench_block}'.repeat(Math.floor(bytes / block)) + 'x'.repeat(bytes % block);
  const answer = `location / {\n        default_type application/json;\n        set $bench_block "${'x'.repeat(block)}";\n`
    + `        return 200 "${body}";\n    }\n\n    # Product images.`;
  return replaced(text, /location \/ \{\n[\s\S]*?\n {4}\}\n\n {4}# Product images[.]/, answer, 'location /');
}

// kind: proxy, fastcgi or answer. Returns nginx's own configuration file.
export function writeSite(stack, { directory, kind, sockets = [], script, bytes, port, otherPorts }) {
  const { state } = stack.description;
  const ours = (name) => readFileSync(join(state, 'nginx', name), 'utf8');
  let site = ours('stockpilot.conf');
  const ports = [port, ...otherPorts];
  site = replaced(site, /(listen [^;]*:)[0-9]+/g, (_, before) => before + ports.shift(), 'listen');
  site = replaced(site, /\$host:[0-9]+\$request_uri/g, `$host:${port}$request_uri`, 'redirect');
  site = replaced(site, /(access_log|error_log) "[^"]*"/g, (_, log) => `${log} "${directory}/${log}.log"`, 'log');
  if (kind !== 'answer') {
    const servers = sockets.map((socket) => `server "unix:${socket}" max_fails=0;`).join('\n    ');
    site = replaced(site, /server "unix:[^"]*" max_fails=0;/, servers, 'upstream');
  }
  if (kind === 'proxy') site = proxied(site);
  if (kind === 'fastcgi') site = withoutKeptConnections(site, script);
  if (kind === 'answer') site = answering(site, bytes);

  mkdirSync(join(directory, 'nginx'), { recursive: true });
  const withFolder = ours('nginx.conf').replaceAll(`"${state}/nginx/`, `"${directory}/nginx/`);
  const main = replaced(withFolder, /error_log "[^"]*"/, `error_log "${directory}/error_log.log"`, 'log');
  writeFileSync(join(directory, 'nginx', 'stockpilot.conf'), site);
  writeFileSync(join(directory, 'nginx', 'nginx.conf'), main);
  return join(directory, 'nginx', 'nginx.conf');
}
