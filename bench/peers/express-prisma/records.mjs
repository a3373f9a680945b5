// Rows as the API shows them: Prisma's Decimal and BigInt become numbers.
const numberOrNull = (value) => (value === null ? null : Number(value));

export const recordsFor = (imageBase) => {
  const product = (row) => ({
    productId: row.productId,
    name: row.name,
    price: Number(row.price),
    rating: numberOrNull(row.rating),
    stockQuantity: row.stockQuantity,
    imageUrl: row.imageKey === null ? row.imageUrl : `${imageBase}/${row.imageKey}`,
    description: row.description,
    sku: row.sku,
    category: row.category,
    minimumStock: row.minimumStock,
    version: row.version,
    updatedAt: row.updatedAt,
    unitsSold: Number(row.unitsSold),
  });

  const sale = (row) => ({
    saleId: row.saleId,
    productId: row.productId,
    timestamp: row.soldAt,
    quantity: row.quantity,
    unitPrice: Number(row.unitPrice),
    totalAmount: Number(row.totalAmount),
  });

  const purchase = (row) => ({
    purchaseId: row.purchaseId,
    productId: row.productId,
    timestamp: row.purchasedAt,
    quantity: row.quantity,
    unitCost: Number(row.unitCost),
    totalCost: Number(row.totalCost),
  });

  return {
    product,
    productWithHistory: (row) => ({
      ...product(row), Sales: row.sales.map(sale), Purchases: row.purchases.map(purchase),
    }),
    dashboard: ({ popular, sales, purchases, expenses, categories }) => ({
      popularProducts: popular.map(product),
      salesSummary: sales.map(({ salesSummaryId, totalValue, changePercentage, day, updatedAt }) => ({
        salesSummaryId,
        totalValue: Number(totalValue),
        changePercentage: numberOrNull(changePercentage),
        date: day,
        updatedAt,
      })),
      purchaseSummary: purchases.map(({ purchaseSummaryId, totalPurchased, changePercentage, day, updatedAt }) => ({
        purchaseSummaryId,
        totalPurchased: Number(totalPurchased),
        changePercentage: numberOrNull(changePercentage),
        date: day,
        updatedAt,
      })),
      expenseSummary: expenses.map(({ expenseSummaryId, totalExpenses, day, updatedAt }) => ({
        expenseSummaryId, totalExpenses: Number(totalExpenses), date: day, updatedAt,
      })),
      expenseByCategorySummary: categories.map((row) => ({
        expenseByCategoryId: row.expenseByCategoryId,
        expenseSummaryId: row.expenseSummaryId,
        category: row.category,
        amount: row.amount.toFixed(2),
        date: row.day,
        updatedAt: row.updatedAt,
      })),
    }),
  };
};
