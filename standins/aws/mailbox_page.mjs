// The mailbox as a page for people: every mail that SNS would have sent, newest first.

const NEWEST = 200;

const escaped = (text) => String(text ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const STYLE = `
  :root { color-scheme: light dark; --line: #8884; --soft: #777; --card: #fff; --page: #f3f4f6; --accent: #1d4ed8; }
  @media (prefers-color-scheme: dark) { :root { --soft: #a1a1aa; --card: #1f2430; --page: #14171f; --accent: #93b4ff; } }
  body { margin: 0; background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
  h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
  nav { margin: .75rem 0 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
  a { color: var(--accent); }
  article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1.1rem; margin-bottom: .9rem; }
  h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
  .about { color: var(--soft); font-size: .875rem; margin: .1rem 0 .6rem; overflow-wrap: anywhere; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0; }
  .none { color: var(--soft); }`;

function article({ to, subject, body, topicArn, at, messageId }) {
  return `<article><h2>${escaped(subject ?? 'AWS Notification Message')}</h2>`
    + `<p class="about">to ${escaped(to)} · ${escaped(topicArn.split(':').at(-1))} · <time>${escaped(at)}</time> · ${escaped(messageId)}</p>`
    + `<pre>${escaped(body)}</pre></article>`;
}

/** The page; `to` is the address that is shown, or undefined for all; `sender` is who would have sent them. */
export function mailboxPage(mailbox, to, sender = 'Amazon SNS') {
  const addresses = [...new Set(mailbox.mails().map((mail) => mail.to))].sort();
  const mails = mailbox.mails(to).slice(-NEWEST).reverse();
  const links = addresses.map((address) => (address === to ? `<strong>${escaped(address)}</strong>`
    : `<a href="/mailbox?to=${encodeURIComponent(address)}">${escaped(address)}</a>`));
  const all = to === undefined ? '<strong>everyone</strong>' : '<a href="/mailbox">everyone</a>';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Mailbox</title><style>${STYLE}</style></head>
<body><main><h1>Mailbox</h1><p class="about">What ${sender} would have sent by e-mail. ${mails.length} shown, newest first.</p>
<nav>${[all, ...links].join(' ')}</nav>
${mails.map(article).join('\n') || '<p class="none">No mail yet.</p>'}
</main></body></html>`;
}
