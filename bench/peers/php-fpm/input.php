<?php
// What a client may send of a product.
declare(strict_types=1);

/** Debian's PHP has no mbstring by itself: code points are counted by their first bytes. */
function count_characters(string $text): int
{
    return preg_match_all('/./su', $text) ?: 0;
}

function is_line(mixed $value, int $most): bool
{
    return is_string($value) && trim($value) !== '' && count_characters($value) <= $most
        && !preg_match('/[\x00-\x1f\x7f]/', $value);
}

function is_decimal(mixed $value, float $most): bool
{
    return (is_int($value) || is_float($value)) && $value >= 0 && $value <= $most
        && preg_match('/^[0-9]+([.][0-9]{1,2})?$/D', (string) $value);
}

function is_quantity(mixed $value): bool
{
    return is_int($value) && $value >= 0 && $value <= 2147483647;
}

function is_address(mixed $value): bool
{
    return is_string($value) && strlen($value) <= 2048 && preg_match('#^(https?://|/)[^\s"<>\\\\^`{|}]*$#D', $value);
}

/** The fields as they are to be stored; throws a Refusal that names every bad one. */
function checked_product(array $body, bool $isNew): array
{
    $rules = [
        'productId' => fn ($value) => $isNew && is_string($value) && preg_match(UUID_FORM, $value),
        'name' => fn ($value) => is_line($value, 200),
        'price' => fn ($value) => is_decimal($value, 999999999999.99),
        'rating' => fn ($value) => $value === null || is_decimal($value, 5),
        'stockQuantity' => 'is_quantity',
        'minimumStock' => 'is_quantity',
        'imageUrl' => fn ($value) => $value === null || is_address($value),
        'description' => fn ($value) => $value === null || is_string($value) && count_characters($value) <= 4000,
        'sku' => fn ($value) => $value === null || is_line($value, 64),
        'category' => fn ($value) => $value === null || is_line($value, 100),
    ];
    $bad = [];
    foreach ($body as $field => $value) {
        if (in_array($field, ['rating', 'imageUrl', 'description', 'sku', 'category'], true) && $value === '') {
            $body[$field] = $value = null;
        }
        if (!isset($rules[$field]) || !$rules[$field]($value)) {
            $bad[] = $field;
        }
    }
    if ($isNew) {
        $bad = array_merge($bad, array_diff(['name', 'price'], array_keys($body)));
    }
    return $bad === [] ? $body : throw new Refusal(422, $bad);
}
