package main

import (
	"strconv"
	"time"

	"github.com/jackc/pgx/v4"
)

// Times as the API shows them: UTC, with milliseconds.
type instant struct{ time.Time }

func (t instant) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(make([]byte, 0, 26), `"2006-01-02T15:04:05.000Z"`), nil
}

// An amount that the API shows as text.
type amount float64

func (a amount) MarshalJSON() ([]byte, error) {
	text := append(make([]byte, 0, 20), '"')
	return append(strconv.AppendFloat(text, float64(a), 'f', 2, 64), '"'), nil
}

type product struct {
	ProductID     string   `json:"productId"`
	Name          string   `json:"name"`
	Price         float64  `json:"price"`
	Rating        *float64 `json:"rating"`
	StockQuantity int32    `json:"stockQuantity"`
	ImageURL      *string  `json:"imageUrl"`
	Description   *string  `json:"description"`
	SKU           *string  `json:"sku"`
	Category      *string  `json:"category"`
	MinimumStock  int32    `json:"minimumStock"`
	Version       int32    `json:"version"`
	UpdatedAt     instant  `json:"updatedAt"`
	UnitsSold     int64    `json:"unitsSold"`
}

type sale struct {
	SaleID      string  `json:"saleId"`
	ProductID   string  `json:"productId"`
	Timestamp   instant `json:"timestamp"`
	Quantity    int32   `json:"quantity"`
	UnitPrice   float64 `json:"unitPrice"`
	TotalAmount float64 `json:"totalAmount"`
}

type purchase struct {
	PurchaseID string  `json:"purchaseId"`
	ProductID  string  `json:"productId"`
	Timestamp  instant `json:"timestamp"`
	Quantity   int32   `json:"quantity"`
	UnitCost   float64 `json:"unitCost"`
	TotalCost  float64 `json:"totalCost"`
}

type productHistory struct {
	product
	Sales     []sale
	Purchases []purchase
}

type salesDay struct {
	ID        string   `json:"salesSummaryId"`
	Total     float64  `json:"totalValue"`
	Change    *float64 `json:"changePercentage"`
	Day       instant  `json:"date"`
	UpdatedAt instant  `json:"updatedAt"`
}

type purchaseDay struct {
	ID        string   `json:"purchaseSummaryId"`
	Total     float64  `json:"totalPurchased"`
	Change    *float64 `json:"changePercentage"`
	Day       instant  `json:"date"`
	UpdatedAt instant  `json:"updatedAt"`
}

type expenseDay struct {
	ID        string  `json:"expenseSummaryId"`
	Total     float64 `json:"totalExpenses"`
	Day       instant `json:"date"`
	UpdatedAt instant `json:"updatedAt"`
}

type expenseCategory struct {
	ID        string  `json:"expenseByCategoryId"`
	SummaryID string  `json:"expenseSummaryId"`
	Category  string  `json:"category"`
	Amount    amount  `json:"amount"`
	Day       instant `json:"date"`
	UpdatedAt instant `json:"updatedAt"`
}

type dashboard struct {
	Popular    []product         `json:"popularProducts"`
	Sales      []salesDay        `json:"salesSummary"`
	Purchases  []purchaseDay     `json:"purchaseSummary"`
	Expenses   []expenseDay      `json:"expenseSummary"`
	Categories []expenseCategory `json:"expenseByCategorySummary"`
}

// Reads every row with `scan`; an empty list is [] in JSON, not null.
func collect[T any](rows pgx.Rows, scan func(pgx.Row, *T) error) ([]T, error) {
	defer rows.Close()
	found := []T{}
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

func productScanner(imageBase string) func(pgx.Row, *product) error {
	return func(row pgx.Row, p *product) error {
		var key *string
		err := row.Scan(&p.ProductID, &p.Name, &p.Price, &p.Rating, &p.StockQuantity, &key, &p.ImageURL,
			&p.Description, &p.SKU, &p.Category, &p.MinimumStock, &p.Version, &p.UpdatedAt.Time, &p.UnitsSold)
		if err == nil && key != nil {
			address := imageBase + "/" + *key
			p.ImageURL = &address
		}
		return err
	}
}

func scanSale(row pgx.Row, s *sale) error {
	return row.Scan(&s.SaleID, &s.ProductID, &s.Timestamp.Time, &s.Quantity, &s.UnitPrice, &s.TotalAmount)
}

func scanPurchase(row pgx.Row, p *purchase) error {
	return row.Scan(&p.PurchaseID, &p.ProductID, &p.Timestamp.Time, &p.Quantity, &p.UnitCost, &p.TotalCost)
}

func scanSalesDay(row pgx.Row, d *salesDay) error {
	return row.Scan(&d.ID, &d.Total, &d.Change, &d.Day.Time, &d.UpdatedAt.Time)
}

func scanPurchaseDay(row pgx.Row, d *purchaseDay) error {
	return row.Scan(&d.ID, &d.Total, &d.Change, &d.Day.Time, &d.UpdatedAt.Time)
}

func scanExpenseDay(row pgx.Row, d *expenseDay) error {
	return row.Scan(&d.ID, &d.Total, &d.Day.Time, &d.UpdatedAt.Time)
}

func scanExpenseCategory(row pgx.Row, c *expenseCategory) error {
	return row.Scan(&c.ID, &c.SummaryID, &c.Category, &c.Amount, &c.Day.Time, &c.UpdatedAt.Time)
}
