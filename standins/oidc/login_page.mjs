// Sign-in and sign-out, the two pages that a person sees.

const MAX_FORM_BYTES = 4096;

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (title, body) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · StockPilot</title>
<style>
  :root { color-scheme: light dark; --line: light-dark(#d5dae1, #3a4250); --accent: #2558c7; }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
         font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#f3f5f8, #14171c);
         color: light-dark(#1b2330, #e8ebf0); }
  main { width: min(24rem, 100%); padding: 2rem; border: 1px solid var(--line); border-radius: .75rem;
         background: light-dark(#fff, #1c2028); }
  h1 { margin: 0 0 1.25rem; font-size: 1.35rem; }
  label { display: block; margin-top: 1rem; font-weight: 600; }
  input { width: 100%; margin-top: .25rem; padding: .6rem .7rem; font: inherit; color: inherit;
          background: transparent; border: 1px solid var(--line); border-radius: .4rem; }
  button { width: 100%; margin-top: 1.5rem; padding: .7rem; font: inherit; font-weight: 600; color: #fff;
           background: var(--accent); border: 0; border-radius: .4rem; cursor: pointer; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  .error { margin: 0; padding: .6rem .8rem; border-radius: .4rem; background: light-dark(#fdecea, #4a1f1c); }
  .note { margin: 1.25rem 0 0; font-size: .875rem; opacity: .8; }
</style>
</head>
<body><main>
${body}
</main></body>
</html>
`;

const loginForm = ({ action, username = '', error }) => page('Sign in', `<h1>Sign in to StockPilot</h1>
${error ? `<p class="error" role="alert">${escape(error)}</p>` : ''}
<form method="post" action="${escape(action)}">
  <label for="username">User name or e-mail</label>
  <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
         value="${escape(username)}" required ${username ? '' : 'autofocus'}>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required
         ${username ? 'autofocus' : ''}>
  <button type="submit">Sign in</button>
</form>
<p class="note">This page stands for Amazon Cognito on this machine. The demo sign-ins are printed by
<code>./dev up</code>.</p>`);

export function sendPage(response, status, html) {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(html);
}

async function readForm(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_FORM_BYTES) throw new RangeError('the form is too long');
  }
  return new URLSearchParams(body);
}

// GET and POST /login/<interaction>.
export async function login(request, response, provider, people) {
  let interaction;
  try {
    interaction = await provider.interactionDetails(request, response);
  } catch {
    return sendPage(response, 400, page('Sign in', `<h1>This sign-in has expired</h1>
<p>Go back to the application and sign in again.</p>`));
  }
  const action = `/login/${interaction.uid}`;
  if (request.method !== 'POST') return sendPage(response, 200, loginForm({ action }));

  const form = await readForm(request);
  const person = people.authenticate(form.get('username'), form.get('password'));
  if (!person) {
    return sendPage(response, 401, loginForm({
      action,
      username: form.get('username') ?? '',
      error: 'Incorrect user name or password.',
    }));
  }
  return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
}

// GET /logout?client_id&logout_uri: Cognito ends the session and sends the browser back, if the
// address is one of the client's own.
export function logoutHandler(provider, redirectUris) {
  const origins = new Set(redirectUris.map((uri) => new URL(uri).hostname));
  return async (ctx, next) => {
    if (ctx.path !== '/logout') return next();
    const target = URL.canParse(ctx.query.logout_uri) ? new URL(ctx.query.logout_uri) : undefined;
    const client = await provider.Client.find(String(ctx.query.client_id ?? ''));
    if (!client || !target || !/^https?:$/.test(target.protocol) || !origins.has(target.hostname)) {
      ctx.status = 400;
      ctx.body = 'client_id and logout_uri must be those of a known client\n';
      return undefined;
    }
    const session = await provider.Session.get(ctx);
    await session.destroy();
    ctx.cookies.set('cognito', null);
    ctx.cookies.set('cognito.sig', null);
    ctx.status = 302;
    ctx.redirect(target.href);
    return undefined;
  };
}
