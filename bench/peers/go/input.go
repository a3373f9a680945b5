package main

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What a client may send of a product; nil where it was not given.
type productInput struct {
	ProductID     *string      `json:"productId"`
	Name          *string      `json:"name"`
	Price         *json.Number `json:"price"`
	Rating        optional     `json:"rating"`
	StockQuantity *int32       `json:"stockQuantity"`
	MinimumStock  *int32       `json:"minimumStock"`
	ImageURL      optionalText `json:"imageUrl"`
	Description   optionalText `json:"description"`
	SKU           optionalText `json:"sku"`
	Category      optionalText `json:"category"`
}

// A number that may be given as null.
type optional struct {
	given bool
	value *json.Number
}

func (o *optional) UnmarshalJSON(text []byte) error {
	o.given = true
	return json.Unmarshal(text, &o.value)
}

// A text that may be given as null; an empty one is the same.
type optionalText struct {
	given bool
	value *string
}

func (o *optionalText) UnmarshalJSON(text []byte) error {
	o.given = true
	if err := json.Unmarshal(text, &o.value); err != nil {
		return err
	}
	if o.value != nil && *o.value == "" {
		o.value = nil
	}
	return nil
}

var (
	priceForm  = regexp.MustCompile(`^[0-9]{1,12}([.][0-9]{1,2})?$`)
	ratingForm = regexp.MustCompile(`^([0-4]([.][0-9]{1,2})?|5([.]00?)?)$`)
	urlForm    = regexp.MustCompile("^(https?://|/)[^\\s\"<>\\\\^`{|}]*$")
)

func readInput(request *http.Request, isNew bool) (productInput, error) {
	var input productInput
	if kind, _, err := mime.ParseMediaType(request.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return input, refusal{http.StatusUnsupportedMediaType, "type"}
	}
	body, err := io.ReadAll(io.LimitReader(request.Body, mostBody+1))
	if err != nil || len(body) > mostBody {
		return input, refusal{http.StatusRequestEntityTooLarge, "body"}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&input); err != nil {
		if _, malformed := err.(*json.SyntaxError); malformed {
			return input, refusal{http.StatusBadRequest, err.Error()}
		}
		return input, refusal{http.StatusUnprocessableEntity, err.Error()}
	}
	if bad := input.fault(isNew); bad != "" {
		return input, refusal{http.StatusUnprocessableEntity, bad}
	}
	return input, nil
}

// The field that is not as it should be, or "".
func (input *productInput) fault(isNew bool) string {
	switch {
	case isNew && input.Name == nil || input.Name != nil && !isLine(*input.Name, 200):
		return "/name"
	case isNew && input.Price == nil || input.Price != nil && !priceForm.MatchString(input.Price.String()):
		return "/price"
	case input.Rating.value != nil && !ratingForm.MatchString(input.Rating.value.String()):
		return "/rating"
	case input.StockQuantity != nil && *input.StockQuantity < 0:
		return "/stockQuantity"
	case input.MinimumStock != nil && *input.MinimumStock < 0:
		return "/minimumStock"
	case input.ProductID != nil && (!isNew || !uuidForm.MatchString(*input.ProductID)):
		return "/productId"
	case input.ImageURL.value != nil && (len(*input.ImageURL.value) > 2048 || !urlForm.MatchString(*input.ImageURL.value)):
		return "/imageUrl"
	case input.Description.value != nil && utf8.RuneCountInString(*input.Description.value) > 4000:
		return "/description"
	case input.SKU.value != nil && !isLine(*input.SKU.value, 64):
		return "/sku"
	case input.Category.value != nil && !isLine(*input.Category.value, 100):
		return "/category"
	}
	return ""
}

func isLine(text string, most int) bool {
	return strings.TrimSpace(text) != "" && utf8.RuneCountInString(text) <= most &&
		!strings.ContainsAny(text, "\x00\n\r\t")
}
