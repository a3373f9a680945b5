package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

const (
	productColumns = "product_id, name, price, rating, stock_quantity, image_key, image_url, description, sku," +
		" category, minimum_stock, version, updated_at, units_sold"
	popularSQL = "SELECT " + productColumns + " FROM products WHERE archived_at IS NULL" +
		" ORDER BY units_sold DESC, product_id LIMIT 15"
	salesSQL = "SELECT sales_summary_id, total_value, change_percentage, day, updated_at" +
		" FROM sales_summary ORDER BY day DESC LIMIT 5"
	purchasesSQL = "SELECT purchase_summary_id, total_purchased, change_percentage, day, updated_at" +
		" FROM purchase_summary ORDER BY day DESC LIMIT 5"
	expensesSQL = "SELECT expense_summary_id, total_expenses, day, updated_at" +
		" FROM expense_summary ORDER BY day DESC LIMIT 5"
	categoriesSQL = "SELECT expense_by_category_id, expense_summary_id, category, amount, day, updated_at" +
		" FROM expense_by_category ORDER BY day DESC, expense_by_category_id DESC LIMIT 5"
	listSQL = "SELECT " + productColumns + " FROM products WHERE archived_at IS NULL" +
		" ORDER BY name, product_id LIMIT $1::bigint"
	searchSQL = "SELECT " + productColumns + " FROM products WHERE archived_at IS NULL AND search_name LIKE lower($2)" +
		" ORDER BY name, product_id LIMIT $1::bigint"
	getSQL         = "SELECT " + productColumns + " FROM products WHERE product_id = $1::uuid AND archived_at IS NULL"
	latestSalesSQL = "SELECT sale_id, product_id, sold_at, quantity, unit_price, total_amount FROM sale_lines" +
		" WHERE product_id = $1::uuid ORDER BY sold_at DESC, sale_id DESC LIMIT 10"
	latestPurchasesSQL = "SELECT purchase_id, product_id, purchased_at, quantity, unit_cost, total_cost" +
		" FROM purchase_lines WHERE product_id = $1::uuid ORDER BY purchased_at DESC, purchase_id DESC LIMIT 10"
	actAsSQL   = "SELECT act_as($1::uuid, $2)"
	seeUserSQL = "SELECT user_id, disabled_at IS NOT NULL FROM see_user($1, $2, $3, $4)"
	insertSQL  = "INSERT INTO products (product_id, name, price, rating, minimum_stock, image_url, description, sku," +
		" category) VALUES ($1::uuid, $2, $3::text::numeric, $4::text::numeric," +
		" coalesce($5::integer, (SELECT default_minimum_stock FROM settings)), $6, $7, $8, $9)"
	openingSQL  = "SELECT 1 FROM move_stock($1::uuid, 'opening', $2::integer)"
	lockSQL     = "SELECT lock_product($1::uuid, $2::integer)"
	setStockSQL = "SELECT set_stock($1::uuid, $2::integer)"
)

// What both ways of asking have in common: pgx.Tx, pgxpool.Conn, or one batch.
type asker interface {
	Query(ctx context.Context, sql string, values ...any) (pgx.Rows, error)
}

type call struct {
	sql    string
	values []any
}

type store struct {
	pool    *pgxpool.Pool
	batches bool
}

func openStore(ctx context.Context, address string, connections int, batches bool) (*store, error) {
	settings, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	settings.MaxConns = int32(connections)
	pool, err := pgxpool.ConnectConfig(ctx, settings)
	return &store{pool, batches}, err
}

// Runs the calls in order and hands each one's rows to its reader; nil reads nothing.
func (s *store) run(ctx context.Context, conn asker, sender batchSender, calls []call, readers []func(pgx.Rows) error) error {
	if !s.batches {
		for index, one := range calls {
			rows, err := conn.Query(ctx, one.sql, one.values...)
			if err != nil {
				return err
			}
			if err := read(rows, readers[index]); err != nil {
				return err
			}
		}
		return nil
	}
	batch := &pgx.Batch{}
	for _, one := range calls {
		batch.Queue(one.sql, one.values...)
	}
	results := sender.SendBatch(ctx, batch)
	defer results.Close()
	for index := range calls {
		rows, err := results.Query()
		if err != nil {
			return err
		}
		if err := read(rows, readers[index]); err != nil {
			return err
		}
	}
	return results.Close()
}

type batchSender interface {
	SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults
}

func read(rows pgx.Rows, reader func(pgx.Rows) error) error {
	if reader != nil {
		return reader(rows)
	}
	rows.Close()
	return rows.Err()
}

func into[T any](found *[]T, scan func(pgx.Row, *T) error) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*found, err = collect(rows, scan)
		return err
	}
}

// Several reads on one connection, without a transaction around them.
func (s *store) readAll(ctx context.Context, calls []call, readers []func(pgx.Rows) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return s.run(ctx, conn, conn, calls, readers)
}

// Several statements as one transaction, signed with who acts. A batch without BEGIN is a transaction by itself.
func (s *store) writeAll(ctx context.Context, actor *string, requestID string, calls []call,
	readers []func(pgx.Rows) error) error {
	calls = append([]call{{actAsSQL, []any{actor, requestID}}}, calls...)
	readers = append([]func(pgx.Rows) error{nil}, readers...)
	if s.batches {
		return s.readAll(ctx, calls, readers)
	}
	return s.pool.BeginFunc(ctx, func(transaction pgx.Tx) error {
		return s.run(ctx, transaction, transaction, calls, readers)
	})
}

func (s *store) dashboard(ctx context.Context, imageBase string) (dashboard, error) {
	var found dashboard
	calls := []call{{popularSQL, nil}, {salesSQL, nil}, {purchasesSQL, nil}, {expensesSQL, nil}, {categoriesSQL, nil}}
	err := s.readAll(ctx, calls, []func(pgx.Rows) error{
		into(&found.Popular, productScanner(imageBase)), into(&found.Sales, scanSalesDay),
		into(&found.Purchases, scanPurchaseDay), into(&found.Expenses, scanExpenseDay),
		into(&found.Categories, scanExpenseCategory)})
	return found, err
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (s *store) list(ctx context.Context, search string, limit int, imageBase string) ([]product, error) {
	var rows pgx.Rows
	var err error
	if search == "" {
		rows, err = s.pool.Query(ctx, listSQL, limit)
	} else {
		// Planned each time: a plan made without the pattern uses the trigram index badly.
		pattern := "%" + likeEscapes.Replace(search) + "%"
		rows, err = s.pool.Query(ctx, searchSQL, pgx.QuerySimpleProtocol(true), limit, pattern)
	}
	if err != nil {
		return nil, err
	}
	return collect(rows, productScanner(imageBase))
}

func one[T any](found []T, err error) (T, error) {
	if err == nil && len(found) == 0 {
		err = pgx.ErrNoRows
	}
	if err != nil {
		var nothing T
		return nothing, err
	}
	return found[0], nil
}

func (s *store) productWithHistory(ctx context.Context, id, imageBase string) (productHistory, error) {
	var found productHistory
	var products []product
	calls := []call{{getSQL, []any{id}}, {latestSalesSQL, []any{id}}, {latestPurchasesSQL, []any{id}}}
	err := s.readAll(ctx, calls, []func(pgx.Rows) error{into(&products, productScanner(imageBase)),
		into(&found.Sales, scanSale), into(&found.Purchases, scanPurchase)})
	found.product, err = one(products, err)
	return found, err
}

type sighting struct {
	id       string
	disabled bool
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (s *store) seeUser(ctx context.Context, who principal) (string, bool, error) {
	var seen []sighting
	calls := []call{{seeUserSQL, []any{who.subject, orNull(who.username), orNull(who.email), who.role}}}
	err := s.writeAll(ctx, nil, "", calls, []func(pgx.Rows) error{
		into(&seen, func(row pgx.Row, s *sighting) error { return row.Scan(&s.id, &s.disabled) })})
	found, err := one(seen, err)
	return found.id, found.disabled, err
}

func newUUID() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

func (s *store) create(ctx context.Context, actor, requestID string, input productInput, imageBase string) (product, error) {
	id, err := newUUID()
	if err != nil {
		return product{}, err
	}
	if input.ProductID != nil {
		id = *input.ProductID
	}
	var rating *string
	if input.Rating.value != nil {
		rating = orNull(input.Rating.value.String())
	}
	calls := []call{{insertSQL, []any{id, *input.Name, input.Price.String(), rating, input.MinimumStock,
		input.ImageURL.value, input.Description.value, input.SKU.value, input.Category.value}}}
	readers := []func(pgx.Rows) error{nil}
	if input.StockQuantity != nil && *input.StockQuantity > 0 {
		calls = append(calls, call{openingSQL, []any{id, *input.StockQuantity}})
		readers = append(readers, nil)
	}
	var made []product
	calls = append(calls, call{getSQL, []any{id}})
	readers = append(readers, into(&made, productScanner(imageBase)))
	err = s.writeAll(ctx, &actor, requestID, calls, readers)
	return one(made, err)
}

func (s *store) change(ctx context.Context, actor, requestID, id string, version *int, input productInput,
	imageBase string) (product, error) {
	calls := []call{{lockSQL, []any{id, version}}}
	readers := []func(pgx.Rows) error{nil}
	add := func(sql string, values ...any) {
		calls, readers = append(calls, call{sql, values}), append(readers, nil)
	}
	if sets, values := input.assignments(id); len(sets) > 0 {
		add("UPDATE products SET "+strings.Join(sets, ", ")+" WHERE product_id = $1::uuid", values...)
	}
	if input.StockQuantity != nil {
		add(setStockSQL, id, *input.StockQuantity)
	}
	var changed []product
	calls = append(calls, call{getSQL, []any{id}})
	readers = append(readers, into(&changed, productScanner(imageBase)))
	err := s.writeAll(ctx, &actor, requestID, calls, readers)
	return one(changed, err)
}

// The columns that were given, and the values behind $1.
func (input *productInput) assignments(id string) (sets []string, values []any) {
	values = []any{id}
	set := func(given bool, column, kind string, value func() any) {
		if given {
			values = append(values, value())
			sets = append(sets, fmt.Sprintf("%s = $%d%s", column, len(values), kind))
		}
	}
	set(input.Name != nil, "name", "", func() any { return *input.Name })
	set(input.Price != nil, "price", "::text::numeric", func() any { return input.Price.String() })
	set(input.Rating.given, "rating", "::text::numeric", func() any {
		if input.Rating.value == nil {
			return nil
		}
		return input.Rating.value.String()
	})
	set(input.MinimumStock != nil, "minimum_stock", "::integer", func() any { return *input.MinimumStock })
	set(input.ImageURL.given, "image_url", "", func() any { return input.ImageURL.value })
	set(input.Description.given, "description", "", func() any { return input.Description.value })
	set(input.SKU.given, "sku", "", func() any { return input.SKU.value })
	set(input.Category.given, "category", "", func() any { return input.Category.value })
	return sets, values
}
