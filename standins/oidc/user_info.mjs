// GET /oauth2/userInfo, as Cognito answers it to the bearer of an access token.
import { createLocalJWKSet, jwtVerify } from 'jose';

export async function userInfo(request, response, { issuer, jwks, people }) {
  const refuse = () => {
    response.writeHead(401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }).end();
  };
  const [, token] = /^Bearer ([\w.-]+)$/.exec(request.headers.authorization ?? '') ?? [];
  if (!token) return refuse();

  let payload;
  try {
    ({ payload } = await jwtVerify(token, createLocalJWKSet(jwks), { issuer, algorithms: ['RS256'] }));
  } catch {
    return refuse();
  }
  const person = payload.token_use === 'access' && people.findBySub(payload.sub);
  if (!person) return refuse();

  response.writeHead(200, { 'Content-Type': 'application/json' });
  return response.end(JSON.stringify({
    sub: person.sub,
    username: person.username,
    name: person.name,
    email: person.email,
    email_verified: 'true', // a string: so does Cognito
  }));
}
