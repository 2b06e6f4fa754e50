#pragma once
#include <stddef.h>

/// c[m][n] = a[m][k] · b[k][n], a and c row-major and contiguous, for columns first ..< last of b and c; element (p, j) of b
/// lies at p · row + j · column.
///
/// Every element is one sum over k in ascending order, every product and every sum rounded (no fused multiply-add), so the
/// result is the plain triple loop's, bit for bit, on every machine. `panel` is room for 16·k (float: 32·k) elements.
/// Calls for disjoint column ranges may run at the same time, each with its own panel.
void kw_gemm_f64(size_t m, size_t n, size_t k, const double *a, const double *b, size_t row, size_t column, double *c,
                 size_t first, size_t last, double *panel);
void kw_gemm_f32(size_t m, size_t n, size_t k, const float *a, const float *b, size_t row, size_t column, float *c,
                 size_t first, size_t last, float *panel);

/// c[m][0 ..< width] = a[m][k] · panel[k][16] (float: 32), where rows of c lie `row` elements apart; width is at most 16 (32).
///
/// Sums as kw_gemm_* does.
void kw_multiply_panel_f64(size_t m, size_t k, const double *a, const double *panel, double *c, size_t row, size_t width);
void kw_multiply_panel_f32(size_t m, size_t k, const float *a, const float *panel, float *c, size_t row, size_t width);

/// Fills `count` rows of 16 (float: 32) elements, `step` apart, of a panel: row i reads x[i · stride + offsets[t]], and 0
/// where an offset is negative.
void kw_gather_f64(size_t count, const double *x, size_t stride, const ptrdiff_t *offsets, double *panel, size_t step);
void kw_gather_f32(size_t count, const float *x, size_t stride, const ptrdiff_t *offsets, float *panel, size_t step);
