// Rows as the API shows them.
export const recordsFor = (imageBase) => {
  const product = (row) => ({
    productId: row.product_id,
    name: row.name,
    price: row.price,
    rating: row.rating,
    stockQuantity: row.stock_quantity,
    imageUrl: row.image_key === null ? row.image_url : `${imageBase}/${row.image_key}`,
    description: row.description,
    sku: row.sku,
    category: row.category,
    minimumStock: row.minimum_stock,
    version: row.version,
    updatedAt: row.updated_at,
    unitsSold: row.units_sold,
  });

  const sale = (row) => ({
    saleId: row.sale_id,
    productId: row.product_id,
    timestamp: row.sold_at,
    quantity: row.quantity,
    unitPrice: row.unit_price,
    totalAmount: row.total_amount,
  });

  const purchase = (row) => ({
    purchaseId: row.purchase_id,
    productId: row.product_id,
    timestamp: row.purchased_at,
    quantity: row.quantity,
    unitCost: row.unit_cost,
    totalCost: row.total_cost,
  });

  return {
    product,
    productWithHistory: ({ product: row, sold, bought }) => ({
      ...product(row), Sales: sold.map(sale), Purchases: bought.map(purchase),
    }),
    dashboard: ([popular, sales, purchases, expenses, categories]) => ({
      popularProducts: popular.map(product),
      salesSummary: sales.map((row) => ({
        salesSummaryId: row.sales_summary_id,
        totalValue: row.total_value,
        changePercentage: row.change_percentage,
        date: row.day,
        updatedAt: row.updated_at,
      })),
      purchaseSummary: purchases.map((row) => ({
        purchaseSummaryId: row.purchase_summary_id,
        totalPurchased: row.total_purchased,
        changePercentage: row.change_percentage,
        date: row.day,
        updatedAt: row.updated_at,
      })),
      expenseSummary: expenses.map((row) => ({
        expenseSummaryId: row.expense_summary_id,
        totalExpenses: row.total_expenses,
        date: row.day,
        updatedAt: row.updated_at,
      })),
      expenseByCategorySummary: categories.map((row) => ({
        expenseByCategoryId: row.expense_by_category_id,
        expenseSummaryId: row.expense_summary_id,
        category: row.category,
        amount: row.amount,
        date: row.day,
        updatedAt: row.updated_at,
      })),
    }),
  };
};
