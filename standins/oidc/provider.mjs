// An OpenID provider that issues what a Cognito user pool issues: same paths, same claims, same
// token headers. The protocol itself is oidc-provider's.
import { randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

// Cognito issues access tokens as JWTs without asking for a resource; oidc-provider makes JWTs only
// for a resource, so every token here is for this one. Its name never leaves the provider.
const RESOURCE = 'urn:stockpilot:api';

const USER_SCOPES = 'openid email profile';

// Cognito's access tokens have no audience; oidc-provider insists on one and would refuse to sign.
// This one satisfies it and serialises to nothing.
const NO_AUDIENCE = { toJSON: () => undefined };

const accessTokenLikeCognito = (people) => (ctx, token, jwt) => {
  const { sub, jti, iat, exp, client_id: clientId, iss } = jwt.payload;
  const person = people.findBySub(sub);
  const source = ctx.oidc.entities.AuthorizationCode ?? ctx.oidc.entities.RefreshToken;

  jwt.header = { typ: undefined };
  jwt.payload = {
    sub,
    ...(person.groups.length > 0 && { 'cognito:groups': person.groups }),
    iss,
    version: 2,
    client_id: clientId,
    event_id: randomUUID(),
    token_use: 'access',
    scope: USER_SCOPES,
    auth_time: source.authTime,
    exp,
    iat,
    jti,
    username: person.username,
    aud: NO_AUDIENCE,
  };
};

// Nobody for whoever is disabled: then there is no token, neither for a code nor for a refresh token.
const accountOf = (people) => (ctx, sub) => {
  const person = people.findBySub(sub);
  return person && {
    accountId: sub,
    claims: () => ({
      sub,
      email: person.email,
      email_verified: true,
      name: person.name,
      token_use: 'id',
      event_id: randomUUID(),
      'cognito:username': person.username,
      ...(person.groups.length > 0 && { 'cognito:groups': person.groups }),
    }),
  };
};

// The clients are our own, so nobody is asked for consent.
async function grantEverything(ctx) {
  const { provider, client, session } = ctx.oidc;
  const grantId = session.grantIdFor(client.clientId);
  const existing = grantId && (await provider.Grant.find(grantId));
  if (existing) return existing;

  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(USER_SCOPES);
  grant.addResourceScope(RESOURCE, USER_SCOPES);
  await grant.save();
  return grant;
}

const publicClient = (clientId, redirectUris) => ({
  client_id: clientId,
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: redirectUris,
  require_auth_time: true,
});

// settings: issuer, pool, people, jwks, cookieKeys, clients, redirectUris, origins (that may call the token
// endpoint from a page), accessTokenSeconds, rotateRefreshTokens (each is worth one renewal).
export function makeProvider(settings) {
  return new Provider(settings.issuer, {
    jwks: settings.jwks,
    clients: settings.clients.map((id) => publicClient(id, settings.redirectUris)),
    cookies: { keys: settings.cookieKeys, names: { session: 'cognito' } },
    responseTypes: ['code'],
    scopes: USER_SCOPES.split(' '),
    claims: {
      openid: ['sub', 'token_use', 'event_id', 'cognito:username', 'cognito:groups'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    conformIdTokenClaims: false,
    findAccount: accountOf(settings.people),
    loadExistingGrant: grantEverything,
    issueRefreshToken: () => true,
    rotateRefreshToken: settings.rotateRefreshTokens,
    clientBasedCORS: (ctx, origin) => settings.origins.includes(origin),
    interactions: { url: (ctx, interaction) => `/login/${interaction.uid}` },
    pkce: { required: () => true },
    ttl: {
      AccessToken: settings.accessTokenSeconds,
      IdToken: settings.accessTokenSeconds,
      AuthorizationCode: 300,
      Interaction: 900,
      Grant: 30 * 86400,
      RefreshToken: 30 * 86400,
      Session: 30 * 86400,
    },
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      revocation: '/oauth2/revoke',
      userinfo: '/oauth2/userInfo',
      jwks: `/${settings.pool}/.well-known/jwks.json`,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false }, // Cognito's /logout is another protocol: see login_page.mjs
      revocation: { enabled: true },
      userinfo: { enabled: false }, // it refuses tokens for a resource: user_info.mjs
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: USER_SCOPES,
          audience: RESOURCE,
          accessTokenTTL: settings.accessTokenSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    formats: { customizers: { jwt: accessTokenLikeCognito(settings.people) } },
  });
}
