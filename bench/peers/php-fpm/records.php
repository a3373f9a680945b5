<?php
// Rows as the API shows them.
declare(strict_types=1);

/** PostgreSQL's text of a time in UTC, "2024-02-29 10:11:12.345678+00" or a day, with milliseconds. */
function instant(string $text): string
{
    $fraction = strlen($text) > 19 && $text[19] === '.' ? rtrim(substr($text, 20, 3), '+') : '';
    $time = strlen($text) > 10 ? substr($text, 11, 8) : '00:00:00';
    return substr($text, 0, 10) . "T$time." . str_pad($fraction, 3, '0') . 'Z';
}

function number(?string $text): ?float
{
    return $text === null ? null : (float) $text;
}

function product_record(array $row): array
{
    return [
        'productId' => $row['product_id'],
        'name' => $row['name'],
        'price' => (float) $row['price'],
        'rating' => number($row['rating']),
        'stockQuantity' => (int) $row['stock_quantity'],
        'imageUrl' => $row['image_key'] === null ? $row['image_url'] : getenv('IMAGE_BASE_URL') . '/' . $row['image_key'],
        'description' => $row['description'],
        'sku' => $row['sku'],
        'category' => $row['category'],
        'minimumStock' => (int) $row['minimum_stock'],
        'version' => (int) $row['version'],
        'updatedAt' => instant($row['updated_at']),
        'unitsSold' => (int) $row['units_sold'],
    ];
}

function product_with_history_record(array $found): array
{
    [$product, $sales, $purchases] = $found;
    return product_record($product) + [
        'Sales' => array_map(fn ($row) => [
            'saleId' => $row['sale_id'],
            'productId' => $row['product_id'],
            'timestamp' => instant($row['sold_at']),
            'quantity' => (int) $row['quantity'],
            'unitPrice' => (float) $row['unit_price'],
            'totalAmount' => (float) $row['total_amount'],
        ], $sales),
        'Purchases' => array_map(fn ($row) => [
            'purchaseId' => $row['purchase_id'],
            'productId' => $row['product_id'],
            'timestamp' => instant($row['purchased_at']),
            'quantity' => (int) $row['quantity'],
            'unitCost' => (float) $row['unit_cost'],
            'totalCost' => (float) $row['total_cost'],
        ], $purchases),
    ];
}

function dashboard_record(array $found): array
{
    [$popular, $sales, $purchases, $expenses, $categories] = $found;
    return [
        'popularProducts' => array_map('product_record', $popular),
        'salesSummary' => array_map(fn ($row) => [
            'salesSummaryId' => $row['sales_summary_id'],
            'totalValue' => (float) $row['total_value'],
            'changePercentage' => number($row['change_percentage']),
            'date' => instant($row['day']),
            'updatedAt' => instant($row['updated_at']),
        ], $sales),
        'purchaseSummary' => array_map(fn ($row) => [
            'purchaseSummaryId' => $row['purchase_summary_id'],
            'totalPurchased' => (float) $row['total_purchased'],
            'changePercentage' => number($row['change_percentage']),
            'date' => instant($row['day']),
            'updatedAt' => instant($row['updated_at']),
        ], $purchases),
        'expenseSummary' => array_map(fn ($row) => [
            'expenseSummaryId' => $row['expense_summary_id'],
            'totalExpenses' => (float) $row['total_expenses'],
            'date' => instant($row['day']),
            'updatedAt' => instant($row['updated_at']),
        ], $expenses),
        'expenseByCategorySummary' => array_map(fn ($row) => [
            'expenseByCategoryId' => $row['expense_by_category_id'],
            'expenseSummaryId' => $row['expense_summary_id'],
            'category' => $row['category'],
            'amount' => $row['amount'],
            'date' => instant($row['day']),
            'updatedAt' => instant($row['updated_at']),
        ], $categories),
    ];
}
