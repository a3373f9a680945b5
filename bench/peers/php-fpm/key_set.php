<?php
// The access tokens of the pool: RS256, checked by openssl_verify on each request. The key set is fetched once and
// kept by APCu for all children of FPM, as PEM: PHP can keep no key between two requests, so each one reads it anew.
declare(strict_types=1);

const KEY_SET_SECONDS = 3600;
const REFETCH_PAUSE_SECONDS = 10;
const ROLES = ['viewer', 'staff', 'admin'];
const MOST_TOKEN = 8192;

function base64url_decode(string $text): string|false
{
    return base64_decode(strtr($text, '-_', '+/'), true);
}

function der(int $tag, string $content): string
{
    $length = strlen($content);
    $size = $length < 128 ? chr($length) : (function () use ($length) {
        $bytes = ltrim(pack('N', $length), "\0");
        return chr(0x80 | strlen($bytes)) . $bytes;
    })();
    return chr($tag) . $size . $content;
}

/** A JWK's modulus and exponent as SubjectPublicKeyInfo (RFC 5280, RFC 8017). */
function pem_from_jwk(array $jwk): string
{
    $integer = fn (string $bytes) => der(2, ord($bytes[0]) > 127 ? "\0$bytes" : $bytes);
    $key = der(0x30, $integer(base64url_decode($jwk['n'])) . $integer(base64url_decode($jwk['e'])));
    $algorithm = der(0x30, der(6, hex2bin('2a864886f70d010101')) . der(5, ''));
    $info = der(0x30, $algorithm . der(3, "\0" . $key));
    return "-----BEGIN PUBLIC KEY-----\n" . chunk_split(base64_encode($info), 64, "\n") . "-----END PUBLIC KEY-----\n";
}

function fetch_keys(): array
{
    $context = stream_context_create(['http' => ['timeout' => 5]]);
    $set = json_decode(file_get_contents(getenv('COGNITO_JWKS_URL'), false, $context), true, 8, JSON_THROW_ON_ERROR);
    $keys = ['fetched' => time()];
    foreach ($set['keys'] as $jwk) {
        if ($jwk['kty'] === 'RSA') {
            $keys['pem'][$jwk['kid']] = pem_from_jwk($jwk);
        }
    }
    apcu_store('keys', $keys, KEY_SET_SECONDS);
    return $keys;
}

function pem_of(string $kid): string
{
    $keys = apcu_fetch('keys') ?: fetch_keys();
    if (!isset($keys['pem'][$kid]) && time() - $keys['fetched'] > REFETCH_PAUSE_SECONDS) {
        $keys = fetch_keys();
    }
    return $keys['pem'][$kid] ?? throw new Refusal(401);
}

function decoded_segment(string $segment): array
{
    $value = json_decode((string) base64url_decode($segment), true, 8);
    return is_array($value) ? $value : throw new Refusal(401);
}

/** Who a token speaks of: subject, username, email, role. */
function principal_of(string $authorization): array
{
    if (strncasecmp($authorization, 'Bearer ', 7) !== 0 || strlen($authorization) > MOST_TOKEN) {
        throw new Refusal(401);
    }
    $segments = explode('.', substr($authorization, 7));
    if (count($segments) !== 3) {
        throw new Refusal(401);
    }
    $header = decoded_segment($segments[0]);
    if (($header['alg'] ?? '') !== 'RS256' || !is_string($header['kid'] ?? null)) {
        throw new Refusal(401);
    }
    $signature = (string) base64url_decode($segments[2]);
    $signed = "$segments[0].$segments[1]";
    if (openssl_verify($signed, $signature, pem_of($header['kid']), OPENSSL_ALGO_SHA256) !== 1) {
        throw new Refusal(401);
    }
    return principal_from(decoded_segment($segments[1]));
}

function principal_from(array $claims): array
{
    $now = time();
    if (($claims['iss'] ?? '') !== getenv('COGNITO_ISSUER') || ($claims['token_use'] ?? '') !== 'access'
        || ($claims['client_id'] ?? '') !== getenv('COGNITO_CLIENT_ID') || !is_string($claims['sub'] ?? null)
        || !is_int($claims['exp'] ?? null) || $now >= $claims['exp']
        || !is_int($claims['iat'] ?? null) || $now < $claims['iat']) {
        throw new Refusal(401);
    }
    $groups = array_intersect(ROLES, (array) ($claims['cognito:groups'] ?? []));
    return ['subject' => $claims['sub'], 'username' => $claims['username'] ?? null, 'email' => $claims['email'] ?? null,
        'role' => $groups === [] ? 'none' : end($groups)];
}

function role_reaches(string $role, string $wanted): bool
{
    $rank = array_search($role, ROLES, true);
    return $rank !== false && $rank >= array_search($wanted, ROLES, true);
}
