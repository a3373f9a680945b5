-- The tables of the former backend, as its Prisma schema made them.
CREATE TABLE "Users" ("userId" text NOT NULL, "name" text NOT NULL, "email" text NOT NULL,
    CONSTRAINT "Users_pkey" PRIMARY KEY ("userId"));
CREATE TABLE "Products" ("productId" text NOT NULL, "name" text NOT NULL, "price" double precision NOT NULL,
    "rating" double precision, "stockQuantity" integer NOT NULL, "imageUrl" text, "description" text,
    CONSTRAINT "Products_pkey" PRIMARY KEY ("productId"));
CREATE TABLE "Sales" ("saleId" text NOT NULL, "productId" text NOT NULL, "timestamp" timestamp(3) NOT NULL,
    "quantity" integer NOT NULL, "unitPrice" double precision NOT NULL, "totalAmount" double precision NOT NULL,
    CONSTRAINT "Sales_pkey" PRIMARY KEY ("saleId"));
CREATE TABLE "Purchases" ("purchaseId" text NOT NULL, "productId" text NOT NULL, "timestamp" timestamp(3) NOT NULL,
    "quantity" integer NOT NULL, "unitCost" double precision NOT NULL, "totalCost" double precision NOT NULL,
    CONSTRAINT "Purchases_pkey" PRIMARY KEY ("purchaseId"));
CREATE TABLE "Expenses" ("expenseId" text NOT NULL, "category" text NOT NULL, "amount" double precision NOT NULL,
    "timestamp" timestamp(3) NOT NULL, CONSTRAINT "Expenses_pkey" PRIMARY KEY ("expenseId"));
CREATE TABLE "SalesSummary" ("salesSummaryId" text NOT NULL, "totalValue" double precision NOT NULL,
    "changePercentage" double precision, "date" timestamp(3) NOT NULL,
    CONSTRAINT "SalesSummary_pkey" PRIMARY KEY ("salesSummaryId"));
CREATE TABLE "PurchaseSummary" ("purchaseSummaryId" text NOT NULL, "totalPurchased" double precision NOT NULL,
    "changePercentage" double precision, "date" timestamp(3) NOT NULL,
    CONSTRAINT "PurchaseSummary_pkey" PRIMARY KEY ("purchaseSummaryId"));
CREATE TABLE "ExpenseSummary" ("expenseSummaryId" text NOT NULL, "totalExpenses" double precision NOT NULL,
    "date" timestamp(3) NOT NULL, CONSTRAINT "ExpenseSummary_pkey" PRIMARY KEY ("expenseSummaryId"));
CREATE TABLE "ExpenseByCategory" ("expenseByCategoryId" text NOT NULL, "expenseSummaryId" text NOT NULL,
    "category" text NOT NULL, "amount" bigint NOT NULL, "date" timestamp(3) NOT NULL,
    CONSTRAINT "ExpenseByCategory_pkey" PRIMARY KEY ("expenseByCategoryId"));
CREATE TABLE "Notifications" ("notificationId" text NOT NULL, "userId" text, "type" text NOT NULL,
    "title" text NOT NULL, "message" text NOT NULL, "isRead" boolean NOT NULL DEFAULT false,
    "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Notifications_pkey" PRIMARY KEY ("notificationId"));
