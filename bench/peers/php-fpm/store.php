<?php
// The database, by PDO: a persistent connection for each child. PDO forgets prepared statements with the request that
// made them, so they would cost a round trip each and bring nothing: PGSQL_ATTR_DISABLE_PREPARES sends a statement and
// its values in one.
declare(strict_types=1);

final class Store
{
    private const PRODUCT = 'product_id, name, price, rating, stock_quantity, image_key, image_url, description, sku, '
        . 'category, minimum_stock, version, updated_at, units_sold';
    private const COLUMNS = ['name' => 'name', 'price' => 'price', 'rating' => 'rating', 'imageUrl' => 'image_url',
        'description' => 'description', 'sku' => 'sku', 'category' => 'category', 'minimumStock' => 'minimum_stock'];
    private const STATUS_OF_SQLSTATE = ['23505' => 409, '23514' => 422, 'SP002' => 404, 'SP006' => 412];

    private PDO $pdo;

    public function __construct(string $database, string $user, string $password)
    {
        $this->pdo = new PDO($database, $user, $password, [
            PDO::ATTR_PERSISTENT => true,
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::ATTR_STRINGIFY_FETCHES => true,
            PDO::PGSQL_ATTR_DISABLE_PREPARES => true,
        ]);
    }

    private function rows(string $sql, array $values = []): array
    {
        $statement = $this->pdo->prepare($sql);
        $statement->execute($values);
        return $statement->fetchAll();
    }

    public function dashboard(): array
    {
        return [
            $this->rows('SELECT ' . self::PRODUCT . ' FROM products WHERE archived_at IS NULL'
                . ' ORDER BY units_sold DESC, product_id LIMIT 15'),
            $this->rows('SELECT sales_summary_id, total_value, change_percentage, day, updated_at'
                . ' FROM sales_summary ORDER BY day DESC LIMIT 5'),
            $this->rows('SELECT purchase_summary_id, total_purchased, change_percentage, day, updated_at'
                . ' FROM purchase_summary ORDER BY day DESC LIMIT 5'),
            $this->rows('SELECT expense_summary_id, total_expenses, day, updated_at'
                . ' FROM expense_summary ORDER BY day DESC LIMIT 5'),
            $this->rows('SELECT expense_by_category_id, expense_summary_id, category, amount, day, updated_at'
                . ' FROM expense_by_category ORDER BY day DESC, expense_by_category_id DESC LIMIT 5'),
        ];
    }

    public function listProducts(string $search, int $limit): array
    {
        $select = 'SELECT ' . self::PRODUCT . ' FROM products WHERE archived_at IS NULL';
        $order = ' ORDER BY name, product_id LIMIT ?::bigint';
        if ($search === '') {
            return $this->rows($select . $order, [$limit]);
        }
        return $this->rows("$select AND search_name LIKE lower(?)$order", ['%' . addcslashes($search, '\\%_') . '%', $limit]);
    }

    private function product(string $id): array
    {
        $found = $this->rows('SELECT ' . self::PRODUCT . ' FROM products WHERE product_id = ?::uuid'
            . ' AND archived_at IS NULL', [$id]);
        return $found[0] ?? throw new Refusal(404);
    }

    public function productWithHistory(string $id): array
    {
        return [
            $this->product($id),
            $this->rows('SELECT sale_id, product_id, sold_at, quantity, unit_price, total_amount FROM sale_lines'
                . ' WHERE product_id = ?::uuid ORDER BY sold_at DESC, sale_id DESC LIMIT 10', [$id]),
            $this->rows('SELECT purchase_id, product_id, purchased_at, quantity, unit_cost, total_cost'
                . ' FROM purchase_lines WHERE product_id = ?::uuid'
                . ' ORDER BY purchased_at DESC, purchase_id DESC LIMIT 10', [$id]),
        ];
    }

    public function seeUser(array $principal): string
    {
        [$user] = $this->rows('SELECT user_id, disabled_at FROM see_user(?, ?, ?, ?)',
            [$principal['subject'], $principal['username'], $principal['email'], $principal['role']]);
        return $user['disabled_at'] === null ? $user['user_id'] : throw new Refusal(403);
    }

    public function create(string $actor, string $requestId, array $input): array
    {
        $id = $input['productId'] ?? vsprintf('%s%s-%s-4%.3s-a%.3s-%s%s%s', str_split(bin2hex(random_bytes(16)), 4));
        return $this->transaction($actor, $requestId, function () use ($id, $input) {
            $this->rows('INSERT INTO products (product_id, name, price, rating, minimum_stock, image_url, description,'
                . ' sku, category) VALUES (?::uuid, ?, ?::numeric, ?::numeric,'
                . ' coalesce(?::integer, (SELECT default_minimum_stock FROM settings)), ?, ?, ?, ?)',
                [$id, $input['name'], $input['price'], $input['rating'] ?? null, $input['minimumStock'] ?? null,
                    $input['imageUrl'] ?? null, $input['description'] ?? null, $input['sku'] ?? null,
                    $input['category'] ?? null]);
            if (($input['stockQuantity'] ?? 0) > 0) {
                $this->rows("SELECT 1 FROM move_stock(?::uuid, 'opening', ?::integer)", [$id, $input['stockQuantity']]);
            }
            return $this->product($id);
        });
    }

    public function change(string $actor, string $requestId, string $id, ?int $version, array $input): array
    {
        return $this->transaction($actor, $requestId, function () use ($id, $version, $input) {
            $this->rows('SELECT lock_product(?::uuid, ?::integer)', [$id, $version]);
            $given = array_intersect_key($input, self::COLUMNS);
            if ($given !== []) {
                $sets = implode(', ', array_map(fn ($field) => self::COLUMNS[$field] . ' = ?', array_keys($given)));
                $this->rows("UPDATE products SET $sets WHERE product_id = ?::uuid", [...array_values($given), $id]);
            }
            if (isset($input['stockQuantity'])) {
                $this->rows('SELECT set_stock(?::uuid, ?::integer)', [$id, $input['stockQuantity']]);
            }
            return $this->product($id);
        });
    }

    private function transaction(string $actor, string $requestId, callable $work): array
    {
        $this->pdo->beginTransaction();
        try {
            $this->rows('SELECT act_as(?::uuid, ?)', [$actor, $requestId]);
            $result = $work();
            $this->pdo->commit();
            return $result;
        } catch (Throwable $error) {
            if ($this->pdo->inTransaction()) {
                $this->pdo->rollBack();
            }
            $status = $error instanceof PDOException ? self::STATUS_OF_SQLSTATE[$error->getCode()] ?? null : null;
            throw $status === null ? $error : new Refusal($status);
        }
    }
}
