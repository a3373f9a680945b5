<?php
// A peer for ./dev bench: StockPilot's products and dashboard with PHP-FPM and PDO, without a framework.
declare(strict_types=1);

require __DIR__ . '/refusal.php';
require __DIR__ . '/key_set.php';
require __DIR__ . '/input.php';
require __DIR__ . '/records.php';
require __DIR__ . '/store.php';

const DEFAULT_LIMIT = 1000;
const MOST_LIMIT = 1000;
const MOST_BODY = 64 * 1024;
const USER_SECONDS = 3600;
const UUID_FORM = '/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/Di';

function request_id(): string
{
    return $_SERVER['REQUEST_ID'] ?? '';
}

function answer(int $status, array $value): void
{
    $body = json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
    http_response_code($status);
    header('Content-Type: ' . ($status < 400 ? 'application/json' : 'application/problem+json'));
    if ($status < 300) {
        $tag = '"' . hash('xxh64', $body) . '"';
        header("ETag: $tag");
        if ($_SERVER['REQUEST_METHOD'] === 'GET') {
            header('Cache-Control: private, no-cache');
            if (($_SERVER['HTTP_IF_NONE_MATCH'] ?? '') === $tag) {
                http_response_code(304);
                return;
            }
        }
    }
    header('Content-Length: ' . strlen($body));
    echo $body;
}

function answer_problem(Refusal $refusal): void
{
    if ($refusal->status === 401) {
        header('WWW-Authenticate: Bearer realm="stockpilot", error="invalid_token"');
    }
    [$type, $title] = Refusal::TITLES[$refusal->status];
    $document = ['type' => "/problems/$type", 'title' => $title, 'status' => $refusal->status, 'detail' => $title,
        'requestId' => request_id(), 'message' => $title];
    if ($refusal->fields !== []) {
        $document['errors'] = array_map(fn ($field) => ['pointer' => "/$field"], $refusal->fields);
    }
    answer($refusal->status, $document);
}

/** The user's row is made or refreshed at the first sight of a person; all children of FPM remember it. */
function know_user(Store $store, array $principal): string
{
    $name = 'user:' . $principal['subject'];
    $id = apcu_fetch($name, $known);
    if (!$known) {
        $id = $store->seeUser($principal);
        apcu_store($name, $id, USER_SECONDS);
    }
    return $id;
}

/** The query's values: each of the known names at most once, and no others. */
function query(array $known): array
{
    foreach ($_GET as $name => $value) {
        if (!in_array($name, $known, true) || !is_string($value)) {
            throw new Refusal(400);
        }
    }
    return $_GET;
}

function list_products(Store $store): void
{
    $query = query(['search', 'limit']);
    $limit = filter_var($query['limit'] ?? DEFAULT_LIMIT, FILTER_VALIDATE_INT,
        ['options' => ['min_range' => 1, 'max_range' => MOST_LIMIT]]);
    $search = $query['search'] ?? '';
    if ($limit === false || count_characters($search) > 200) {
        throw new Refusal(400);
    }
    $rows = $store->listProducts($search, $limit + 1);
    if (count($rows) > $limit) {
        array_pop($rows);
        $last = end($rows);
        $cursor = rtrim(strtr(base64_encode($last['product_id'] . $last['name']), '+/', '-_'), '=');
        header('Link: </products?' . http_build_query(['cursor' => $cursor] + $query) . '>; rel="next"');
    }
    answer(200, array_map('product_record', $rows));
}

function read_body(): array
{
    [$type] = explode(';', $_SERVER['CONTENT_TYPE'] ?? '', 2);
    if (strcasecmp(trim($type), 'application/json') !== 0) {
        throw new Refusal(415);
    }
    $text = file_get_contents('php://input', false, null, 0, MOST_BODY + 1);
    if (strlen($text) > MOST_BODY) {
        throw new Refusal(413);
    }
    $body = json_decode($text, true);
    if (!is_array($body) || array_is_list($body) && $body !== []) {
        throw new Refusal(400);
    }
    return $body;
}

function expected_version(): ?int
{
    $given = $_SERVER['HTTP_IF_MATCH'] ?? '*';
    if ($given === '*') {
        return null;
    }
    if (!preg_match('/^"([0-9]{1,9})[."]/', $given, $match)) {
        throw new Refusal(412);
    }
    return (int) $match[1];
}

function handle(): void
{
    $method = $_SERVER['REQUEST_METHOD'];
    $path = $_SERVER['PATH_INFO'];
    $id = preg_match('#^/products/([^/]+)$#D', $path, $match) ? $match[1] : null;
    $writes = $method !== 'GET';
    $route = $id === null ? "$method $path" : "$method /products/{productId}";
    if (!in_array($route, ['GET /dashboard', 'GET /products', 'POST /products', 'GET /products/{productId}',
        'PATCH /products/{productId}'], true)) {
        throw new Refusal(404);
    }
    $principal = principal_of($_SERVER['HTTP_AUTHORIZATION'] ?? '');
    if (!role_reaches($principal['role'], $writes ? 'staff' : 'viewer')) {
        throw new Refusal(403);
    }
    if ($id !== null && !preg_match(UUID_FORM, $id)) {
        throw new Refusal(400);
    }
    $store = new Store(getenv('PEER_DATABASE'), getenv('PEER_DATABASE_USER'), getenv('PEER_DATABASE_PASSWORD'));
    $user = know_user($store, $principal);
    if ($route === 'GET /products') {
        list_products($store);
        return;
    }
    query([]);
    switch ($route) {
        case 'GET /dashboard':
            answer(200, dashboard_record($store->dashboard()));
            break;
        case 'GET /products/{productId}':
            answer(200, product_with_history_record($store->productWithHistory($id)));
            break;
        case 'POST /products':
            $made = $store->create($user, request_id(), checked_product(read_body(), true));
            header('Location: /products/' . $made['product_id']);
            answer(201, product_record($made));
            break;
        case 'PATCH /products/{productId}':
            $change = checked_product(read_body(), false);
            answer(200, product_record($store->change($user, request_id(), $id, expected_version(), $change)));
            break;
    }
}

header('X-Request-Id: ' . request_id());
try {
    handle();
} catch (Refusal $refusal) {
    answer_problem($refusal);
} catch (Throwable $error) {
    error_log((string) $error);
    answer_problem(new Refusal(500));
}
